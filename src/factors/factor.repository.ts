// What all factors have in common, in the table factors; what a kind adds is its own repository's.
import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../platform/database/database.js';

export interface FactorKey {
  readonly tenantId: string;
  readonly userId: string;
  readonly id: string;
}

export interface FactorQuery {
  readonly tenantId: string;
  readonly userId: string;
  readonly now: Date;
  readonly after: string | undefined;
  readonly limit: number;
}

@Injectable()
export class FactorRepository {
  constructor(private readonly database: Database) {}

  /** Factors that count or can still be confirmed, in order of creation. */
  async page({ tenantId, userId, now, after, limit }: FactorQuery) {
    return this.database.prisma.factor.findMany({
      where: {
        tenantId,
        userId,
        // An activation voids the user's other pendings: they can never be confirmed, so they are not shown.
        OR: [{ status: 'active' }, { expiresAt: { gt: now }, user: { enrolledAt: null } }],
        ...(after === undefined ? {} : { id: { gt: after } }),
      },
      orderBy: { id: 'asc' },
      take: limit,
      select: { id: true, type: true, status: true, createdAt: true },
    });
  }

  async isEnrolled(tenantId: string, userId: string): Promise<boolean> {
    const where = { tenantId, userId, NOT: { enrolledAt: null } };
    return (await this.database.prisma.user.count({ where })) === 1;
  }

  /**
   * Takes the user's row first, as an attempt does: a code in flight is judged before the removal or finds nothing to claim.
   * One conditional statement decides: an active factor goes only where that is allowed.
   */
  async remove(transaction: Transaction, key: FactorKey, mayRemoveActive: boolean): Promise<boolean> {
    const { tenantId, userId, id } = key;
    await transaction.$executeRaw`
      UPDATE users SET claims = claims - ${id} WHERE tenant_id = ${tenantId}::uuid AND user_id = ${userId}`;
    const where = mayRemoveActive ? key : { ...key, status: 'pending' };
    return (await transaction.factor.deleteMany({ where })).count === 1;
  }

  async exists(transaction: Transaction, key: FactorKey): Promise<boolean> {
    return (await transaction.factor.count({ where: key })) === 1;
  }
}
