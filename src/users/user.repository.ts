// The user's row as a lock: who changes the factors of a user holds it, so that changes and proofs have one order.
import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';
import { UserQueue } from './user-queue.js';

@Injectable()
export class UserRepository {
  constructor(private readonly queue: UserQueue) {}

  /** Waits for earlier changes to the user on this instance, before a connection is taken to wait for the row. */
  inOrder<Result>(owner: { tenantId: string; userId: string }, work: () => Promise<Result>): Promise<Result> {
    return this.queue.run(owner, work);
  }

  /** Makes the row where there is none, and locks it. True for a user who was ever enrolled. */
  async lock(
    transaction: Transaction,
    { tenantId, userId, now }: { tenantId: string; userId: string; now: Date },
  ): Promise<boolean> {
    const [row] = await transaction.$queryRaw<{ enrolled: boolean }[]>`
      INSERT INTO users (tenant_id, user_id, created_at) VALUES (${tenantId}::uuid, ${userId}, ${now})
      ON CONFLICT (tenant_id, user_id) DO UPDATE SET created_at = users.created_at
      RETURNING enrolled_at IS NOT NULL AS enrolled`;
    return row?.enrolled ?? true;
  }

  /**
   * Lifts the locks; false for an unknown user. SECURITY(T-45): what was counted within 30 days stays counted, or who may unlock could
   * guess without end.
   */
  async unlock(transaction: Transaction, tenantId: string, userId: string): Promise<boolean> {
    const oneTimeCodes = { consecutiveFailures: 0, lockedUntil: null };
    const recoveryCodes = { recoveryConsecutiveFailures: 0, recoveryLockedUntil: null };
    const browsers = { browserConsecutiveFailures: 0, browserLockedUntil: null };
    const data = { ...oneTimeCodes, ...recoveryCodes, ...browsers };
    return (await transaction.user.updateMany({ where: { tenantId, userId }, data })).count === 1;
  }

  async hasActiveFactor(
    transaction: Transaction,
    { tenantId, userId, factorId }: { tenantId: string; userId: string; factorId: string },
  ): Promise<boolean> {
    const where = { tenantId, id: factorId, userId, status: 'active' };
    return (await transaction.factor.count({ where })) === 1;
  }
}
