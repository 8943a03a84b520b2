// The open recovery of a user, in the user's row, so that a proof ends it in the statement that accepts the proof. A
// change locks the row, and writes only over the state that was checked: the row count decides.
import { Injectable } from '@nestjs/common';
import { RowAlarm } from '../../abuse/alerts/row-alarm.js';
import { RowBinder } from '../../platform/keys/row-binder.js';
import { Database, type Statement, type Transaction } from '../../platform/database/database.js';
import { readRecovery, type Recovery } from './recovery.policy.js';

export interface Owner {
  readonly tenantId: string;
  readonly userId: string;
}

interface RecoveryRow {
  readonly recovery: unknown;
  readonly mac: Buffer | null;
}

const FIND: Statement = {
  name: 'recovery_find',
  text: 'SELECT recovery, recovery_mac AS mac FROM users WHERE tenant_id = $1::uuid AND user_id = $2',
};

@Injectable()
export class RecoveryRepository {
  constructor(
    private readonly database: Database,
    private readonly binder: RowBinder,
    private readonly alarm: RowAlarm,
  ) {}

  /** Null: none. */
  macOf({ tenantId, userId }: Owner, recovery: Recovery | null): Uint8Array<ArrayBuffer> | null {
    return recovery && this.binder.bind('recoveries', { tenant_id: tenantId, user_id: userId, recovery });
  }

  /** SECURITY(T-47): a recovery that the service did not write counts as none. Its ticket would allow an enrolment. */
  private trusted({ tenantId, userId }: Owner, row: RecoveryRow | undefined): Recovery | null {
    const { recovery = null, mac = null } = row ?? {};
    if (recovery === null) return null;
    if (this.binder.isBound('recoveries', { tenant_id: tenantId, user_id: userId, recovery }, mac))
      return readRecovery(recovery);
    this.alarm.raise({ tenantId, userId, table: 'users' });
    return null;
  }

  /** Null if there is none, and for an unknown user. */
  async find({ tenantId, userId }: Owner): Promise<Recovery | null> {
    const [row] = await this.database.run<RecoveryRow>(FIND, [tenantId, userId]);
    return this.trusted({ tenantId, userId }, row);
  }

  /** Locks the user's row, without making one. */
  async lock(
    transaction: Transaction,
    { tenantId, userId }: Owner,
  ): Promise<{ isEnrolled: boolean; recovery: Recovery | null }> {
    const [row] = await transaction.$queryRaw<(RecoveryRow & { enrolled: boolean })[]>`
      SELECT enrolled_at IS NOT NULL AS enrolled, recovery, recovery_mac AS mac FROM users
      WHERE tenant_id = ${tenantId}::uuid AND user_id = ${userId} FOR UPDATE`;
    return { isEnrolled: row?.enrolled ?? false, recovery: this.trusted({ tenantId, userId }, row) };
  }

  /** False if the row no longer holds `from`. Nothing is written then. */
  async change(
    transaction: Transaction,
    { tenantId, userId }: Owner,
    { from, to }: { from: Recovery | null; to: Recovery | null },
  ): Promise<boolean> {
    const changed = await transaction.$executeRaw`
      UPDATE users SET recovery = ${columnOf(to)}::jsonb, recovery_mac = ${this.macOf({ tenantId, userId }, to)}
      WHERE tenant_id = ${tenantId}::uuid AND user_id = ${userId} AND recovery IS NOT DISTINCT FROM ${columnOf(from)}::jsonb`;
    return changed === 1;
  }
}

function columnOf(recovery: Recovery | null): string | null {
  return recovery && JSON.stringify(recovery);
}
