// The open recovery of a user, in the user's row, so that a proof ends it in the statement that accepts the proof. Whoever
// changes it holds the row, and writes only over the state that was judged: the row count decides.
import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Transaction } from '../../platform/database/database.js';
import { readRecovery, type Recovery } from './recovery.policy.js';

export interface Owner {
  readonly tenantId: string;
  readonly userId: string;
}

const FIND: Statement = {
  name: 'recovery_find',
  text: 'SELECT recovery FROM users WHERE tenant_id = $1::uuid AND user_id = $2',
};

@Injectable()
export class RecoveryRepository {
  constructor(private readonly database: Database) {}

  /** Null where there is none, and for an unknown user. */
  async find({ tenantId, userId }: Owner): Promise<Recovery | null> {
    const [row] = await this.database.run<{ recovery: unknown }>(FIND, [tenantId, userId]);
    return readRecovery(row?.recovery ?? null);
  }

  /** Locks the user's row and makes none. */
  async lock(
    transaction: Transaction,
    { tenantId, userId }: Owner,
  ): Promise<{ isEnrolled: boolean; recovery: Recovery | null }> {
    const [row] = await transaction.$queryRaw<{ enrolled: boolean; recovery: unknown }[]>`
      SELECT enrolled_at IS NOT NULL AS enrolled, recovery FROM users
      WHERE tenant_id = ${tenantId}::uuid AND user_id = ${userId} FOR UPDATE`;
    return { isEnrolled: row?.enrolled ?? false, recovery: readRecovery(row?.recovery ?? null) };
  }

  /** False when the row holds something else than `from` by now: then nothing is written. */
  async change(
    transaction: Transaction,
    { tenantId, userId }: Owner,
    { from, to }: { from: Recovery | null; to: Recovery | null },
  ): Promise<boolean> {
    const changed = await transaction.$executeRaw`
      UPDATE users SET recovery = ${columnOf(to)}::jsonb
      WHERE tenant_id = ${tenantId}::uuid AND user_id = ${userId} AND recovery IS NOT DISTINCT FROM ${columnOf(from)}::jsonb`;
    return changed === 1;
  }
}

function columnOf(recovery: Recovery | null): string | null {
  return recovery && JSON.stringify(recovery);
}
