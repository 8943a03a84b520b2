// Authorizes factor changes of an enrolled user by a fresh assertion of an active factor, made for exactly this change.
// For a new factor, the ticket of a recovery suffices too (docs/decisions/0012). A token alone does not suffice.
import { Injectable } from '@nestjs/common';
import type { StepUpRefusalReason } from '../../contract/audit-actions.js';
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

/** Runs a transaction. */
type Run<Result> = (work: (transaction: Transaction) => Promise<Result>) => Promise<Result>;

export interface Demand<Result> {
  readonly userId: string;
  readonly action: StepUpAction;
  /** The header `Step-Up`, if sent: an assertion, or a ticket. */
  readonly assertion: string | undefined;
  /** Whether only an assertion suffices, even for a user who was never enrolled. */
  readonly needsProof?: boolean;
  /** With an idempotency key: runs the transaction unless it was run before. */
  readonly once?: Run<Result> | undefined;
  /** Slow work that the change needs. Runs outside any transaction, after a first check has accepted the header. */
  readonly prepare?: () => Promise<void>;
}

/** Rolls back the transaction. Its event is written afterwards. */
class Refused extends Error {
  constructor(readonly reason: StepUpRefusalReason) {
    super(reason);
  }
}

/** Rolls back the transaction of a first check that found no reason to refuse. */
class LookedOnly extends Error {}

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
   * Runs `work` with the user's row locked and the header's value used up, in one transaction. A refusal writes an
   * event, and changes and uses up nothing else.
   * @throws Problem `step_up_required`.
   */
  async guard<Result>(
    call: Call,
    demand: Demand<Result>,
    work: (transaction: Transaction, authorized: Authorized) => Promise<Result>,
  ): Promise<Result> {
    return this.users.inOrder({ tenantId: call.tenantId, userId: demand.userId }, async () => {
      if (demand.prepare) await this.prepare(call, demand, demand.prepare);
      return this.decide(call, demand, work);
    });
  }

  // SECURITY(T-24): without the first check, a token without any proof could cause slow work. What the check uses up is
  // rolled back: the transaction after the slow work decides.
  private async prepare<Result>(call: Call, demand: Demand<Result>, slow: () => Promise<void>): Promise<void> {
    const look = this.decide(call, { ...demand, once: undefined }, () => Promise.reject(new LookedOnly()));
    await look.catch((error: unknown) => {
      if (!(error instanceof LookedOnly)) throw error;
    });
    await slow();
  }

  private async decide<Result>(
    call: Call,
    demand: Demand<Result>,
    work: (transaction: Transaction, authorized: Authorized) => Promise<Result>,
  ): Promise<Result> {
    const run: Run<Result> = demand.once ?? ((inner) => this.database.inTransaction(inner));
    try {
      return await run(async (transaction) => {
        const verdict = await this.authorize(transaction, call, demand);
        if (typeof verdict === 'string') throw new Refused(verdict);
        return work(transaction, verdict);
      });
    } catch (error) {
      if (error instanceof Refused) await this.writeDown(call, demand.userId, error.reason);
      throw error instanceof Refused ? new Problem('step_up_required') : error;
    }
  }

  private async writeDown(call: Call, userId: string, reason: StepUpRefusalReason): Promise<void> {
    const entry = { tenantId: call.tenantId, action: 'step_up.refused', reason, userId, actor: call } as const;
    await this.database.inTransaction((transaction) => this.audit.record(transaction, entry));
  }

  private async authorize(
    transaction: Transaction,
    call: Call,
    { userId, action, assertion: text, needsProof = false }: Omit<Demand<unknown>, 'once'>,
  ): Promise<Authorized | StepUpRefusalReason> {
    // SECURITY(T-13): the row is locked before anything is read, so that a simultaneous first activation is seen.
    const owner = { tenantId: call.tenantId, userId, now: this.clock.now() };
    const isEnrolled = await this.users.lock(transaction, owner);
    if (!isEnrolled && !needsProof) return ofNeverEnrolled(action);
    if (text === undefined) return 'step_up_missing';
    if (needsProof && looksLikeTicket(text)) return 'ticket_not_valid';
    const authorization = looksLikeTicket(text) ? this.tickets : this.assertions;
    return authorization.authorize(transaction, call, { userId, action, text });
  }
}

/**
 * The first factor needs no proof, since there is none to prove. A user who was never enrolled can make no other
 * change.
 */
function ofNeverEnrolled(action: StepUpAction): Authorized | StepUpRefusalReason {
  return action === 'factors.add' ? {} : 'step_up_missing';
}
