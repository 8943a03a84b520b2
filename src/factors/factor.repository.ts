// What all factors have in common, in the table factors; what a kind adds is its own repository's.
import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../platform/database/database.js';
import type { Authorized } from '../users/assertions/authorization.js';
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
  /** The factor whose place it takes. */
  readonly replaces: string | null;
  /** What authorized it: a factor that was proven, or a recovery. */
  readonly grantedBy: string | null;
  readonly grantedTicket: string | null;
}

/** What stands in the user's row beside a pending factor: what authorized it, nothing where the user was never enrolled. */
export interface EnrolmentGrant extends Authorized {
  readonly replaces?: string;
  /** Its confirmation ends the stop of codes, and begins their count anew. */
  readonly rebinds?: boolean;
}

export interface FactorQuery {
  readonly tenantId: string;
  readonly userId: string;
  readonly now: Date;
  readonly after: string | undefined;
  readonly limit: number;
}

// A page that is opened again and again leaves at most this many pending factors beside the new one.
const KEPT_PENDING = 4;
// An expired row is left alone for as long as a confirmation that began before its end may take.
const FORGOTTEN_AFTER_MINUTES = 1;

@Injectable()
export class FactorRepository {
  constructor(
    private readonly database: Database,
    private readonly users: UserEnrolments,
  ) {}

  /** Factors that count or can still be confirmed, in order of creation. */
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
   * Names a factor in the user's row as one that may be confirmed, keeps the newest few, and drops the rest and what is
   * over. The caller holds the user's row.
   */
  async open(
    transaction: Transaction,
    { tenantId, userId, id, createdAt }: NewFactor,
    grant: EnrolmentGrant,
  ): Promise<void> {
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
  }

  /**
   * Takes the user's row first, as an attempt does: a code in flight is judged before the removal or finds nothing to claim.
   * SECURITY(T-15): that an active one goes voids the tokens of all browsers.
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

  /** Null for a factor that is not active, unknown or another user's. */
  async activeType(transaction: Transaction, key: FactorKey): Promise<FactorType | null> {
    const row = await transaction.factor.findFirst({ where: { ...key, status: 'active' }, select: { type: true } });
    return row && (row.type as FactorType);
  }
}
