// Owner of the table devices. A confirmation changes rows in device-attempts.ts. A row is deleted with its factor.
import { Injectable } from '@nestjs/common';
import { FROM_REQUEST, insertEvents } from '../../audit/audit-event.statement.js';
import { Database, type Statement, type Transaction } from '../../platform/database/database.js';
import { named } from '../../platform/database/named-statement.js';
import type { HolderJwk } from '../../platform/crypto/public-jwk.js';
import { minimumsFor } from './apps/app-minimum.repository.js';
import type { Platform } from './apps/app-version.policy.js';
import { RowAlarm } from '../../abuse/alerts/row-alarm.js';
import { RowBinder } from '../../platform/keys/row-binder.js';
import { factorColumns, type BoundFactorRow } from '../../users/factor-facts.js';
import { FactorRows } from '../factor-rows.repository.js';
import type { FactorKey, FactorQuery, NewFactor } from '../factor.repository.js';

export interface RegistrationKey {
  readonly tenantId: string;
  readonly id: string;
  readonly ticketHash: Buffer;
  readonly now: Date;
}

/** What a registered device states about itself. */
export interface NewDevice {
  readonly publicJwk: HolderJwk;
  readonly name: string;
  readonly platform: Platform;
}

export interface Registration {
  readonly userId: string;
  /** Whether a device has already registered its key. */
  readonly isUsed: boolean;
  /** The minimum versions of the app: the tenant's and that of all tenants. */
  readonly minimums: readonly (string | null)[];
}

export interface ActiveDevice {
  readonly userId: string;
  readonly publicJwk: HolderJwk;
  readonly platform: Platform;
  readonly activatedAt: Date;
  /** Whether this is the user's first factor. */
  readonly isFirst: boolean;
  readonly coolOffHours: number;
  readonly minimums: readonly (string | null)[];
}

export interface DeviceRow {
  readonly id: string;
  readonly name: string;
  readonly platform: Platform;
  readonly status: 'pending' | 'active';
  readonly createdAt: Date;
}

interface DeviceFacts {
  readonly tenantId: string;
  readonly factorId: string;
  readonly ticketHash: Buffer;
  readonly publicJwk: HolderJwk | null;
  readonly platform: string | null;
}

export interface RegistrationEvent {
  readonly eventId: string;
  readonly address: string;
  readonly requestId: string;
}

const OF_DEVICES =
  'factors AS factor JOIN devices AS device ON device.tenant_id = factor.tenant_id AND device.factor_id = factor.id';

const BOUND = `${factorColumns('factor')}, device.factor_id, device.ticket_hash, device.public_jwk, device.platform, device.row_mac AS device_mac`;

interface BoundRow extends BoundFactorRow {
  readonly tenant_id: string;
  readonly user_id: string;
  readonly factor_id: string;
  readonly ticket_hash: Buffer;
  readonly public_jwk: unknown;
  readonly platform: string | null;
  readonly device_mac: Buffer | null;
}

const REGISTRATION: Statement = {
  name: 'device_registration',
  text: `
    SELECT ${BOUND}, factor.user_id AS "userId", device.public_jwk IS NOT NULL AS "isUsed", ${minimumsFor({ tenant: 'factor.tenant_id', platform: '$5' })} AS minimums
    FROM ${OF_DEVICES}
    WHERE factor.tenant_id = $1::uuid AND factor.id = $2::uuid AND factor.status = 'pending' AND factor.expires_at > $4::timestamptz
      AND device.ticket_hash = $3::bytea`,
};

// SECURITY(T-33): of parallel registrations with one ticket one succeeds: each waits for the row lock and reads the row
// again.
const COMPLETE = named(
  'device_complete',
  `
    WITH completed AS (
      UPDATE devices SET public_jwk = :jwk::jsonb, name = :name, platform = :platform, row_mac = :mac::bytea
      FROM factors AS factor
      WHERE devices.tenant_id = :tenant::uuid AND devices.factor_id = :id::uuid AND devices.ticket_hash = :ticket::bytea AND devices.public_jwk IS NULL
        AND factor.tenant_id = devices.tenant_id AND factor.id = devices.factor_id
        AND factor.status = 'pending' AND factor.expires_at > :now::timestamptz
      RETURNING factor.user_id, factor.id
    )
    ${insertEvents({ action: 'device.registered', ...FROM_REQUEST, userId: 'user_id', targetId: 'id', from: 'FROM completed' })}
    RETURNING target_id`,
);

const PENDING: Statement = {
  name: 'device_pending',
  text: `
    SELECT ${BOUND}, device.public_jwk AS "publicJwk"
    FROM ${OF_DEVICES}
    WHERE factor.tenant_id = $1::uuid AND factor.id = $2::uuid AND factor.user_id = $3 AND factor.status = 'pending'
      AND factor.expires_at > $4::timestamptz AND device.public_jwk IS NOT NULL`,
};

const ACTIVE: Statement = {
  name: 'device_active',
  text: `
    SELECT ${BOUND}, factor.user_id AS "userId", device.public_jwk AS "publicJwk", factor.activated_at AS "activatedAt",
      holder.enrolled_at = factor.activated_at AS "isFirst", tenant.device_cool_off_hours AS "coolOffHours",
      ${minimumsFor({ tenant: 'factor.tenant_id', platform: 'device.platform' })} AS minimums
    FROM ${OF_DEVICES}
      JOIN users AS holder ON holder.tenant_id = factor.tenant_id AND holder.user_id = factor.user_id
      JOIN tenants AS tenant ON tenant.id = factor.tenant_id
    WHERE factor.tenant_id = $1::uuid AND factor.id = $2::uuid AND factor.status = 'active'`,
};

const PAGE: Statement = {
  name: 'device_page',
  text: `
    SELECT factor.id, device.name, device.platform, factor.status, factor.created_at AS "createdAt"
    FROM ${OF_DEVICES}
    WHERE factor.tenant_id = $1::uuid AND factor.user_id = $2 AND device.public_jwk IS NOT NULL
      AND (factor.status = 'active' OR factor.expires_at > $3::timestamptz) AND ($4::uuid IS NULL OR factor.id > $4::uuid)
    ORDER BY factor.id LIMIT $5`,
};

@Injectable()
export class DeviceRepository {
  constructor(
    private readonly database: Database,
    private readonly rows: FactorRows,
    private readonly binder: RowBinder,
    private readonly alarm: RowAlarm,
  ) {}

  /** The row beside the pending factor, with the ticket for the registration. */
  async open(transaction: Transaction, factor: NewFactor, ticketHash: Buffer): Promise<void> {
    const { tenantId, id: factorId } = factor;
    const rowMac = this.macOf({ tenantId, factorId, ticketHash, publicJwk: null, platform: null });
    await transaction.device.create({
      data: { tenantId, factorId, ticketHash: new Uint8Array(ticketHash), rowMac },
      select: { factorId: true },
    });
  }

  /** Null unless it is pending and has this ticket. */
  async registration(key: RegistrationKey, platform: Platform): Promise<Registration | null> {
    const { tenantId, id, ticketHash, now } = key;
    const [row] = await this.database.run<Registration & BoundRow>(REGISTRATION, [
      tenantId,
      id,
      ticketHash,
      now,
      platform,
    ]);
    return row && this.isBound(row) ? row : null;
  }

  /** True the first time. */
  async complete(key: RegistrationKey, device: NewDevice, event: RegistrationEvent): Promise<boolean> {
    const rows = await this.database.runNamed(COMPLETE, {
      tenant: key.tenantId,
      id: key.id,
      ticket: key.ticketHash,
      now: key.now.toISOString(),
      jwk: JSON.stringify(device.publicJwk),
      mac: this.macOf({ ...device, tenantId: key.tenantId, factorId: key.id, ticketHash: key.ticketHash }),
      name: device.name,
      platform: device.platform,
      event: event.eventId,
      address: event.address,
      request: event.requestId,
    });
    return rows.length === 1;
  }

  /** A registered key that is not confirmed yet. */
  async pendingKey({ tenantId, userId, id }: FactorKey, now: Date): Promise<HolderJwk | null> {
    const [row] = await this.database.run<BoundRow & { publicJwk: HolderJwk }>(PENDING, [tenantId, id, userId, now]);
    return row && this.isBound(row) ? row.publicJwk : null;
  }

  async active({ tenantId, id }: Omit<FactorKey, 'userId'>): Promise<ActiveDevice | null> {
    const [row] = await this.database.run<ActiveDevice & BoundRow>(ACTIVE, [tenantId, id]);
    return row && this.isBound(row) ? row : null;
  }

  private macOf({ tenantId, factorId, ticketHash, publicJwk, platform }: DeviceFacts): Uint8Array<ArrayBuffer> {
    return this.binder.bind('devices', {
      tenant_id: tenantId,
      factor_id: factorId,
      ticket_hash: ticketHash,
      public_jwk: publicJwk,
      platform,
    });
  }

  // SECURITY(T-47): a key that the service did not write verifies no signature.
  private isBound(row: BoundRow): boolean {
    if (!this.rows.isBound(row)) return false;
    if (this.binder.isBound('devices', row, row.device_mac)) return true;
    this.alarm.raise({ tenantId: row.tenant_id, table: 'devices', rowId: row.factor_id, userId: row.user_id });
    return false;
  }

  /** Active and pending devices, in order of creation. */
  page({ tenantId, userId, now, after, limit }: FactorQuery): Promise<DeviceRow[]> {
    return this.database.run<DeviceRow>(PAGE, [tenantId, userId, now, after ?? null, limit]);
  }
}
