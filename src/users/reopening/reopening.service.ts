// Resets the count of a user's wrong codes, if two clients ask for it.
import { Injectable } from '@nestjs/common';
import type { AuditAction, ReopeningRefusalReason } from '../../contract/audit-actions.js';
import { AuditLog } from '../../audit/audit-log.js';
import type { Call } from '../../contract/caller.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { Problem, type ProblemCode } from '../../platform/errors/problem.js';
import type { CodesReopening } from './reopening.dto.js';
import { decideReopening, type ReopeningVerdict } from './reopening.policy.js';
import { ReopeningRepository, type Owner } from './reopening.repository.js';

const PROBLEM_OF: Readonly<Record<ReopeningRefusalReason, ProblemCode>> = {
  same_client_again: 'second_client_required',
  reopened_before: 'codes_reopened',
};

@Injectable()
export class ReopeningService {
  constructor(
    private readonly reopenings: ReopeningRepository,
    private readonly database: Database,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws Problem `not_found` for a user who was never enrolled; `second_client_required` for the client that asked
   * first; `codes_reopened` within 30 days after the last time.
   */
  async reopen(call: Call, userId: string): Promise<CodesReopening> {
    const owner = { tenantId: call.tenantId, userId };
    const verdict = await this.database.inTransaction(async (transaction) => {
      const state = await this.reopenings.lock(transaction, owner);
      if (state === null) return null;
      const found = decideReopening(state, { clientId: call.clientId, nowMs: this.clock.nowMs() });
      await this.settle(transaction, { call, owner }, found);
      return found;
    });
    if (verdict === null) throw new Problem('not_found');
    if ('refused' in verdict) throw new Problem(PROBLEM_OF[verdict.refused]);
    if ('asked' in verdict) return { status: 'asked', endsAt: verdict.asked.until };
    return { status: 'reopened', endsAt: null };
  }

  private async settle(
    transaction: Transaction,
    { call, owner }: { call: Call; owner: Owner },
    verdict: ReopeningVerdict,
  ): Promise<void> {
    const record = (action: AuditAction, reason?: ReopeningRefusalReason) =>
      this.audit.record(transaction, { ...owner, action, ...(reason && { reason }), actor: call });
    if ('refused' in verdict) return record('user.codes_reopening_refused', verdict.refused);
    if ('asked' in verdict) {
      await this.reopenings.ask(transaction, owner, verdict.asked);
      return record('user.codes_reopening_asked');
    }
    if (!(await this.reopenings.reopen(transaction, owner, this.clock.now()))) throw new Problem('codes_reopened');
    return record('user.codes_reopened');
  }
}
