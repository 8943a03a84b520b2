// The state of a reopening, in the user's row. The row is locked first, and the statement that clears the count checks
// the 30 days again.
import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/database.js';
import { AGAIN_AFTER_DAYS, Asked, type ReopeningState } from './reopening.policy.js';

export interface Owner {
  readonly tenantId: string;
  readonly userId: string;
}

@Injectable()
export class ReopeningRepository {
  /** Locks the user's row. Null for a user who was never enrolled. */
  async lock(transaction: Transaction, { tenantId, userId }: Owner): Promise<ReopeningState | null> {
    const [row] = await transaction.$queryRaw<{ reopening: unknown; reopenedAt: Date | null }[]>`
      SELECT reopening, codes_reopened_at AS "reopenedAt" FROM users
      WHERE tenant_id = ${tenantId}::uuid AND user_id = ${userId} AND enrolled_at IS NOT NULL FOR UPDATE`;
    if (row === undefined) return null;
    const asked = row.reopening === null ? null : Asked.parse(row.reopening);
    return { asked, reopenedAtMs: row.reopenedAt?.getTime() ?? null };
  }

  async ask(transaction: Transaction, { tenantId, userId }: Owner, asked: Asked): Promise<void> {
    await transaction.user.update({
      where: { tenantId_userId: { tenantId, userId } },
      data: { reopening: asked },
      select: { userId: true },
    });
  }

  /** Clears the count and lifts the locks of one-time codes. False if that was done within 30 days. */
  async reopen(transaction: Transaction, { tenantId, userId }: Owner, now: Date): Promise<boolean> {
    const changed = await transaction.$executeRaw`
      UPDATE users SET reopening = NULL, codes_reopened_at = ${now}::timestamptz, recent_failures = '{}',
        consecutive_failures = 0, locked_until = NULL, browser_consecutive_failures = 0, browser_locked_until = NULL
      WHERE tenant_id = ${tenantId}::uuid AND user_id = ${userId}
        AND (codes_reopened_at IS NULL OR codes_reopened_at <= ${now}::timestamptz - make_interval(days => ${AGAIN_AFTER_DAYS}::int))`;
    return changed === 1;
  }
}
