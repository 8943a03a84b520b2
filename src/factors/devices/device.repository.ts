// Owner of the table devices, but for what a confirmation makes of a row (device-attempts.ts). A row goes with its factor.
import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Transaction } from '../../platform/database/database.js';
import { named } from '../../platform/database/named-statement.js';
import type { HolderJwk } from '../../platform/crypto/holder-key.js';
import { minimumsFor } from '../../tenants/apps/app-minimum.repository.js';
import type { Platform } from '../../tenants/apps/app-version.policy.js';
import type { FactorKey, FactorQuery, NewFactor } from '../factor.repository.js';

export interface RegistrationKey {
  readonly tenantId: string;
  readonly id: string;
  readonly ticketHash: Buffer;
  readonly now: Date;
}

/** What a registered device says of itself. */
export interface NewDevice {
  readonly publicJwk: HolderJwk;
  readonly name: string;
  readonly platform: Platform;
}

export interface Registration {
  readonly userId: string;
  /** Whether a device has brought its key already. */
  readonly isUsed: boolean;
  /** The oldest versions of the app that may register: the tenant's and everybody's. */
  readonly minimums: readonly (string | null)[];
}

export interface ActiveDevice {
  readonly userId: string;
  readonly publicJwk: HolderJwk;
  readonly platform: Platform;
  readonly activatedAt: Date;
  /** Whether the user had no factor before it. */
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

export interface RegistrationEvent {
  readonly eventId: string;
  readonly address: string;
  readonly requestId: string;
}

const OF_DEVICES =
  'factors AS factor JOIN devices AS device ON device.tenant_id = factor.tenant_id AND device.factor_id = factor.id';

const REGISTRATION: Statement = {
  name: 'device_registration',
  text: `
    SELECT factor.user_id AS "userId", device.public_jwk IS NOT NULL AS "isUsed", ${minimumsFor({ tenant: 'factor.tenant_id', platform: '$5' })} AS minimums
    FROM ${OF_DEVICES}
    WHERE factor.tenant_id = $1::uuid AND factor.id = $2::uuid AND factor.status = 'pending' AND factor.expires_at > $4::timestamptz
      AND device.ticket_hash = $3::bytea`,
};

// SECURITY(T-33): of a hundred devices with one ticket the row decides: each waits for it and reads it anew.
const COMPLETE = named(
  'device_complete',
  `
    WITH completed AS (
      UPDATE devices SET public_jwk = :jwk::jsonb, name = :name, platform = :platform
      FROM factors AS factor
      WHERE devices.tenant_id = :tenant::uuid AND devices.factor_id = :id::uuid AND devices.ticket_hash = :ticket::bytea AND devices.public_jwk IS NULL
        AND factor.tenant_id = devices.tenant_id AND factor.id = devices.factor_id
        AND factor.status = 'pending' AND factor.expires_at > :now::timestamptz
      RETURNING factor.user_id, factor.id
    )
    INSERT INTO audit_events (tenant_id, id, at, action, user_id, target_id, address, request_id)
    SELECT :tenant::uuid, :event::uuid, :now::timestamptz, 'device.registered', user_id, id, :address, :request FROM completed
    RETURNING target_id`,
);

const PENDING: Statement = {
  name: 'device_pending',
  text: `
    SELECT device.public_jwk AS "publicJwk"
    FROM ${OF_DEVICES}
    WHERE factor.tenant_id = $1::uuid AND factor.id = $2::uuid AND factor.user_id = $3 AND factor.status = 'pending'
      AND factor.expires_at > $4::timestamptz AND device.public_jwk IS NOT NULL`,
};

const ACTIVE: Statement = {
  name: 'device_active',
  text: `
    SELECT factor.user_id AS "userId", device.public_jwk AS "publicJwk", device.platform, factor.activated_at AS "activatedAt",
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
  constructor(private readonly database: Database) {}

  /** The pending factor, and the ticket that lets a device bring its key. */
  async open(transaction: Transaction, factor: NewFactor, ticketHash: Buffer): Promise<void> {
    const data = { ...factor, type: 'device', status: 'pending' };
    await transaction.factor.create({ data, select: { id: true } });
    const { tenantId, id: factorId } = factor;
    await transaction.device.create({
      data: { tenantId, factorId, ticketHash: new Uint8Array(ticketHash) },
      select: { factorId: true },
    });
  }

  /** Null unless it is pending and the ticket is its own. */
  async registration(key: RegistrationKey, platform: Platform): Promise<Registration | null> {
    const { tenantId, id, ticketHash, now } = key;
    const [row] = await this.database.run<Registration>(REGISTRATION, [tenantId, id, ticketHash, now, platform]);
    return row ?? null;
  }

  /** True once. */
  async complete(key: RegistrationKey, device: NewDevice, event: RegistrationEvent): Promise<boolean> {
    const rows = await this.database.runNamed(COMPLETE, {
      tenant: key.tenantId,
      id: key.id,
      ticket: key.ticketHash,
      now: key.now.toISOString(),
      jwk: JSON.stringify(device.publicJwk),
      name: device.name,
      platform: device.platform,
      event: event.eventId,
      address: event.address,
      request: event.requestId,
    });
    return rows.length === 1;
  }

  /** The key that a device brought and nobody has confirmed yet. */
  async pendingKey({ tenantId, userId, id }: FactorKey, now: Date): Promise<HolderJwk | null> {
    const [row] = await this.database.run<{ publicJwk: HolderJwk }>(PENDING, [tenantId, id, userId, now]);
    return row?.publicJwk ?? null;
  }

  async active({ tenantId, id }: Omit<FactorKey, 'userId'>): Promise<ActiveDevice | null> {
    const [row] = await this.database.run<ActiveDevice>(ACTIVE, [tenantId, id]);
    return row ?? null;
  }

  /** Devices that count or can still be confirmed, in order of creation. */
  page({ tenantId, userId, now, after, limit }: FactorQuery): Promise<DeviceRow[]> {
    return this.database.run<DeviceRow>(PAGE, [tenantId, userId, now, after ?? null, limit]);
  }
}
