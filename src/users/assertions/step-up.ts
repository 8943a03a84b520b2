// Who may change the factors of an enrolled user: whoever shows a fresh assertion of an active factor, made for exactly
// this change, or for a new factor the ticket of a recovery (DESIGN "Who may add a factor"). A token alone does not suffice.
import { Injectable } from '@nestjs/common';
import type { StepUpRefusalReason } from '../../audit/actions.js';
import { AuditLog } from '../../audit/audit-log.js';
import type { Call } from '../../contract/caller.js';
import type { StepUpAction } from '../../contract/step-up.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { Problem } from '../../platform/errors/problem.js';
import { looksLikeTicket } from '../recovery/ticket.js';
import { TicketAuthorization } from '../recovery/ticket-authorization.js';
import { UserRepository } from '../user.repository.js';
import { AssertionAuthorization } from './assertion-authorization.js';
import type { Authorized } from './authorization.js';

export interface Demand {
  readonly userId: string;
  readonly action: StepUpAction;
  /** The header `Step-Up`, if there was one: an assertion, or a ticket. */
  readonly assertion: string | undefined;
}

@Injectable()
export class StepUp {
  constructor(
    private readonly assertions: AssertionAuthorization,
    private readonly tickets: TicketAuthorization,
    private readonly users: UserRepository,
    private readonly database: Database,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /**
   * Runs `work` with the user's row locked and what was shown used up, in one transaction. A refusal is audited and
   * changes nothing else; nothing is used up by it.
   * @throws Problem `step_up_required`.
   */
  async guard<Result>(
    call: Call,
    demand: Demand,
    work: (transaction: Transaction, authorized: Authorized) => Promise<Result>,
  ): Promise<Result> {
    const outcome = await this.database.inTransaction(async (transaction) => {
      const verdict = await this.judge(transaction, call, demand);
      if (typeof verdict !== 'string') return { result: await work(transaction, verdict) };
      await this.audit.record(transaction, {
        tenantId: call.tenantId,
        action: 'step_up.refused',
        reason: verdict,
        userId: demand.userId,
        actor: call,
      });
      return null;
    });
    if (outcome === null) throw new Problem('step_up_required');
    return outcome.result;
  }

  private async judge(
    transaction: Transaction,
    call: Call,
    { userId, action, assertion: text }: Demand,
  ): Promise<Authorized | StepUpRefusalReason> {
    // SECURITY(T-13): the row is locked before anything is read, so that a first activation at the same instant is seen.
    const owner = { tenantId: call.tenantId, userId, now: this.clock.now() };
    const isEnrolled = await this.users.lock(transaction, owner);
    if (!isEnrolled) return ofNeverEnrolled(action);
    if (text === undefined) return 'step_up_missing';
    const authorization = looksLikeTicket(text) ? this.tickets : this.assertions;
    return authorization.judge(transaction, call, { userId, action, text });
  }
}

/** A first factor needs no proof, for there is none to prove. Nothing else is open to a user who was never enrolled. */
function ofNeverEnrolled(action: StepUpAction): Authorized | StepUpRefusalReason {
  return action === 'factors.add' ? {} : 'step_up_missing';
}
