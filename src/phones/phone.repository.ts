// Owner of the table phones. A confirmation changes a row by CONFIRM_PHONE. A row is deleted with its factor.
import { Injectable } from '@nestjs/common';
import { RowAlarm } from '../abuse/alerts/row-alarm.js';
import { RowBinder } from '../platform/keys/row-binder.js';
import { factorColumns, type BoundFactorRow } from '../users/factor-facts.js';
import { Database, type Statement, type Transaction } from '../platform/database/database.js';

export interface PhoneKey {
  readonly tenantId: string;
  readonly userId: string;
  readonly factorId: string;
}

export interface NewPhone extends PhoneKey {
  readonly channel: 'sms';
  readonly numberSealed: Buffer;
}

export interface PhoneState {
  readonly channel: string;
  /** Null until it is confirmed. */
  readonly numberIndex: Uint8Array | null;
  readonly confirmedAt: Date | null;
}

export interface PhoneRow {
  readonly factorId: string;
  readonly numberSealed: Buffer;
}

export interface PendingPhone extends PhoneRow {
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface ListedPhone extends PhoneRow {
  readonly channel: 'sms';
  readonly status: 'pending' | 'active';
  readonly createdAt: Date;
}

export interface PhoneQuery {
  readonly tenantId: string;
  readonly userId: string;
  readonly now: Date;
  readonly after: string | undefined;
  readonly limit: number;
}

const OF_PHONES =
  'factors AS factor JOIN phones AS phone ON phone.tenant_id = factor.tenant_id AND phone.factor_id = factor.id';

const BOUND = `${factorColumns('factor')}, phone.factor_id, phone.channel, phone.number_index, phone.confirmed_at, phone.row_mac AS phone_mac`;

type BoundRow = BoundFactorRow & {
  readonly tenant_id: string;
  readonly user_id: string;
  readonly factor_id: string;
  readonly channel: string;
  readonly number_index: Buffer | null;
  readonly confirmed_at: Date | null;
  readonly phone_mac: Buffer | null;
};

const ACTIVE: Statement = {
  name: 'phone_active',
  text: `
    SELECT ${BOUND}, factor.id AS "factorId", phone.number_sealed AS "numberSealed" FROM ${OF_PHONES}
    WHERE factor.tenant_id = $1::uuid AND factor.user_id = $2 AND factor.type = 'phone' AND factor.status = 'active'
      AND ($3::uuid IS NULL OR factor.id = $3::uuid)
    ORDER BY factor.activated_at DESC, factor.id DESC LIMIT 1`,
};

const PENDING: Statement = {
  name: 'phone_pending',
  text: `
    SELECT ${BOUND}, factor.id AS "factorId", phone.number_sealed AS "numberSealed", factor.created_at AS "createdAt", factor.expires_at AS "expiresAt"
    FROM ${OF_PHONES}
    WHERE factor.tenant_id = $1::uuid AND factor.id = $2::uuid AND factor.user_id = $3 AND factor.type = 'phone' AND factor.status = 'pending'
      AND factor.expires_at > $4::timestamptz`,
};

const PAGE: Statement = {
  name: 'phone_page',
  text: `
    SELECT factor.id AS "factorId", phone.number_sealed AS "numberSealed", phone.channel, factor.status, factor.created_at AS "createdAt"
    FROM ${OF_PHONES}
    WHERE factor.tenant_id = $1::uuid AND factor.user_id = $2
      AND (factor.status = 'active' OR factor.expires_at > $3::timestamptz) AND ($4::uuid IS NULL OR factor.id > $4::uuid)
    ORDER BY factor.id LIMIT $5`,
};

@Injectable()
export class PhoneRepository {
  constructor(
    private readonly database: Database,
    private readonly binder: RowBinder,
    private readonly alarm: RowAlarm,
  ) {}

  /** The row beside its pending factor. */
  async add(transaction: Transaction, { numberSealed, ...phone }: NewPhone): Promise<void> {
    const rowMac = this.macOf(phone, { channel: phone.channel, numberIndex: null, confirmedAt: null });
    const data = { ...phone, numberSealed: Uint8Array.from(numberSealed), rowMac };
    await transaction.phone.create({ data, select: { factorId: true } });
  }

  /** The factor with which the user has confirmed this number. The caller has locked the user's row. */
  async holding(
    transaction: Transaction,
    { tenantId, userId, numberIndex }: { tenantId: string; userId: string; numberIndex: Buffer },
  ): Promise<string | null> {
    const where = { tenantId, numberIndex: Uint8Array.from(numberIndex), userId };
    return (await transaction.phone.findFirst({ where, select: { factorId: true } }))?.factorId ?? null;
  }

  /** The phone for the code of a challenge: the named one, or the one confirmed last. */
  async active(tenantId: string, userId: string, factorId: string | null): Promise<PhoneRow | null> {
    const [row] = await this.database.run<PhoneRow & BoundRow>(ACTIVE, [tenantId, userId, factorId]);
    return row && this.isBound(row) ? row : null;
  }

  async pending({ tenantId, userId, factorId }: PhoneKey, now: Date): Promise<PendingPhone | null> {
    const [row] = await this.database.run<PendingPhone & BoundRow>(PENDING, [tenantId, factorId, userId, now]);
    return row && this.isBound(row) ? row : null;
  }

  macOf(
    { tenantId, userId, factorId }: PhoneKey,
    { channel, numberIndex, confirmedAt }: PhoneState,
  ): Uint8Array<ArrayBuffer> {
    return this.binder.bind('phones', {
      tenant_id: tenantId,
      factor_id: factorId,
      user_id: userId,
      channel,
      number_index: numberIndex,
      confirmed_at: confirmedAt,
    });
  }

  // SECURITY(T-47): a phone that the service did not write gets codes but proves nothing.
  private isBound(row: BoundRow): boolean {
    const isBound =
      this.binder.isBound('factors', row, row.row_mac) && this.binder.isBound('phones', row, row.phone_mac);
    if (isBound) return true;
    this.alarm.raise({ tenantId: row.tenant_id, table: 'phones', rowId: row.factor_id, userId: row.user_id });
    return false;
  }

  /** Confirmed and pending phones, in order of creation. */
  page({ tenantId, userId, now, after, limit }: PhoneQuery): Promise<ListedPhone[]> {
    return this.database.run<ListedPhone>(PAGE, [tenantId, userId, now, after ?? null, limit]);
  }
}
