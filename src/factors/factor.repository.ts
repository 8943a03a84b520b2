// Owner of the table factors: makes, lists and removes rows of every kind. A kind with a table of its own has its own repository.
import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../platform/database/database.js';
import type { Authorized } from '../users/assertions/authorization.js';
import { RowBinder } from '../platform/keys/row-binder.js';
import { factsOfFactor, type FactorFacts } from '../users/factor-facts.js';
import { UserEnrolments } from '../users/user-enrolments.js';
import type { FactorType } from './factor-method.js';

export interface FactorKey {
  readonly tenantId: string;
  readonly userId: string;
  readonly id: string;
}

export type FactorStatus = 'pending' | 'active';

export interface NewFactor extends FactorKey {
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** The factor that it replaces. */
  readonly replaces: string | null;
  /** What authorized it: a proven factor, or a recovery. */
  readonly grantedBy: string | null;
  readonly grantedTicket: string | null;
}

/** The columns of an authenticator app. */
export interface TotpColumns {
  readonly totpSecret: Uint8Array<ArrayBuffer>;
  readonly totpAlgorithm: string;
  readonly totpDigits: number;
  readonly totpPeriod: number;
}

export type NewFactorRow = NewFactor & { readonly type: FactorType } & Partial<TotpColumns>;

/** A factor that is active from the start. */
export interface ActiveFactor extends FactorKey {
  readonly type: FactorType;
  readonly createdAt: Date;
}

const NO_TOTP = { totpAlgorithm: null, totpDigits: null, totpPeriod: null } as const;
const NO_GRANT = { expiresAt: null, replaces: null, grantedBy: null, grantedTicket: null } as const;

/** The authorization that is stored in the user's row with a pending factor. Nothing if the user was never enrolled. */
export interface EnrolmentGrant extends Authorized {
  readonly replaces?: string;
  /** Its confirmation lifts the stop of codes and restarts their count. */
  readonly rebinds?: boolean;
}

export interface FactorQuery {
  readonly tenantId: string;
  readonly userId: string;
  readonly now: Date;
  readonly after: string | undefined;
  readonly limit: number;
}

// Repeated enrolments leave at most this many pending factors beside the new one.
const KEPT_PENDING = 4;
// An expired row is kept for as long as a confirmation that began before its end can take.
const FORGOTTEN_AFTER_MINUTES = 1;

@Injectable()
export class FactorRepository {
  constructor(
    private readonly database: Database,
    private readonly users: UserEnrolments,
    private readonly binder: RowBinder,
  ) {}

  /** Active and pending factors, in order of creation. */
  async page({ tenantId, userId, now, after, limit }: FactorQuery) {
    return this.database.prisma.factor.findMany({
      where: {
        tenantId,
        userId,
        OR: [{ status: 'active' }, { expiresAt: { gt: now } }],
        ...(after === undefined ? {} : { id: { gt: after } }),
      },
      orderBy: { id: 'asc' },
      take: limit,
      select: { id: true, type: true, status: true, createdAt: true },
    });
  }

  async isEnrolled(tenantId: string, userId: string): Promise<boolean> {
    const select = { enrolledAt: true, enrolledMac: true } as const;
    const where = { tenantId_userId: { tenantId, userId } };
    const row = await this.database.prisma.user.findUnique({ where, select });
    return row !== null && this.users.isEnrolled({ tenantId, userId }, row);
  }

  /**
   * Makes a pending factor and lists it in the user's row. Of the user's other pending factors the newest few are kept.
   * The caller has locked the user's row.
   */
  async open(transaction: Transaction, factor: NewFactorRow, grant: EnrolmentGrant): Promise<void> {
    const { tenantId, userId, id, createdAt } = factor;
    await transaction.$executeRaw`
      UPDATE users SET pending = (
        SELECT coalesce(jsonb_object_agg(kept.key, kept.value), '{}')
        FROM (SELECT key, value FROM jsonb_each(users.pending) ORDER BY key DESC LIMIT ${KEPT_PENDING}::int) AS kept
      ) || jsonb_build_object(${id}::text, ${JSON.stringify(grant)}::jsonb)
      WHERE tenant_id = ${tenantId}::uuid AND user_id = ${userId}`;
    await transaction.$executeRaw`
      DELETE FROM factors USING users
      WHERE factors.tenant_id = ${tenantId}::uuid AND factors.user_id = ${userId} AND factors.status = 'pending'
        AND users.tenant_id = ${tenantId}::uuid AND users.user_id = ${userId}
        AND (NOT users.pending ? factors.id::text
             OR factors.expires_at <= ${createdAt}::timestamptz - make_interval(mins => ${FORGOTTEN_AFTER_MINUTES}::int))`;
    await this.create(transaction, { ...NO_TOTP, ...factor, status: 'pending', activatedAt: null });
  }

  /** Makes an active factor, without a confirmation. The caller has locked the user's row and checked the step-up. */
  async addActive(transaction: Transaction, { createdAt, ...factor }: ActiveFactor): Promise<void> {
    const row = { ...NO_TOTP, ...NO_GRANT, ...factor, status: 'active', createdAt, activatedAt: createdAt };
    await this.create(transaction, row);
  }

  private async create(transaction: Transaction, row: FactorFacts & { readonly createdAt: Date }): Promise<void> {
    const rowMac = this.binder.bind('factors', factsOfFactor(row));
    await transaction.factor.create({ data: { ...row, rowMac }, select: { id: true } });
  }

  /**
   * Locks the user's row first, as an attempt does: a code in flight is verified before the removal, or finds nothing
   * to claim.
   * SECURITY(T-15): the removal of an active factor voids all browser tokens.
   */
  async remove(
    transaction: Transaction,
    { codeIds, ...key }: FactorKey & { readonly codeIds: readonly string[] },
    status: FactorStatus,
  ): Promise<boolean> {
    const { tenantId, userId, id } = key;
    const claimed = [id, ...codeIds];
    await transaction.$executeRaw`
      UPDATE users SET claims = claims - ${claimed}::text[], pending = pending - ${id},
        browsers = CASE WHEN ${status} = 'active' THEN '{}' ELSE browsers END
      WHERE tenant_id = ${tenantId}::uuid AND user_id = ${userId}`;
    return (await transaction.factor.deleteMany({ where: { ...key, status } })).count === 1;
  }

  /** Every active factor of a user. */
  async active(transaction: Transaction, { tenantId, userId }: Omit<FactorKey, 'id'>) {
    const where = { tenantId, userId, status: 'active' };
    return transaction.factor.findMany({ where, orderBy: { id: 'asc' }, select: { id: true, type: true } });
  }

  async kindOf(key: FactorKey): Promise<{ type: FactorType; status: FactorStatus } | null> {
    const row = await this.database.prisma.factor.findFirst({ where: key, select: { type: true, status: true } });
    return row && { type: row.type as FactorType, status: row.status as FactorStatus };
  }

  /** Null if it is not active, unknown or another user's. */
  async activeType(transaction: Transaction, key: FactorKey): Promise<FactorType | null> {
    const row = await transaction.factor.findFirst({ where: { ...key, status: 'active' }, select: { type: true } });
    return row && (row.type as FactorType);
  }
}
