// The user's row as a lock: every factor change locks it, so that changes and proofs have one order.
import { Injectable } from '@nestjs/common';
import { RowAlarm } from '../abuse/alerts/row-alarm.js';
import { RowBinder } from '../platform/keys/row-binder.js';
import type { Transaction } from '../platform/database/database.js';
import { UserQueue } from './user-queue.js';

import { factsOfFactor } from './factor-facts.js';
import { UserEnrolments, type EnrolledRow } from './user-enrolments.js';

@Injectable()
export class UserRepository {
  constructor(
    private readonly queue: UserQueue,
    private readonly enrolments: UserEnrolments,
    private readonly binder: RowBinder,
    private readonly alarm: RowAlarm,
  ) {}

  /** Waits for earlier changes of the user on this instance, before it takes a connection to wait for the row. */
  inOrder<Result>(owner: { tenantId: string; userId: string }, work: () => Promise<Result>): Promise<Result> {
    return this.queue.run(owner, work);
  }

  /** Makes the row if there is none, and locks it. True for a user who was ever enrolled. */
  async lock(
    transaction: Transaction,
    { tenantId, userId, now }: { tenantId: string; userId: string; now: Date },
  ): Promise<boolean> {
    const mac = this.enrolments.macOf({ tenantId, userId }, null);
    const [row] = await transaction.$queryRaw<EnrolledRow[]>`
      INSERT INTO users (tenant_id, user_id, created_at, enrolled_mac) VALUES (${tenantId}::uuid, ${userId}, ${now}, ${mac})
      ON CONFLICT (tenant_id, user_id) DO UPDATE SET created_at = users.created_at
      RETURNING enrolled_at AS "enrolledAt", enrolled_mac AS "enrolledMac"`;
    return !row || this.enrolments.isEnrolled({ tenantId, userId }, row);
  }

  /**
   * Lifts the locks. False for an unknown user. SECURITY(T-45): wrong codes of 30 days stay counted. Otherwise any
   * client that may unlock could guess without limit.
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
    const row = await transaction.factor.findFirst({ where });
    if (row === null || this.binder.isBound('factors', factsOfFactor(row), row.rowMac)) return row !== null;
    this.alarm.raise({ tenantId, table: 'factors', rowId: factorId, userId });
    return false;
  }
}
