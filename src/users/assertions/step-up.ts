// Who may change the factors of an enrolled user: whoever shows a fresh assertion of an active factor, made for exactly
// this change (DESIGN "Who may add a factor"). A token alone does not suffice.
import { Injectable } from '@nestjs/common';
import type { StepUpRefusalReason } from '../../audit/actions.js';
import { AuditLog } from '../../audit/audit-log.js';
import type { Call } from '../../contract/caller.js';
import type { StepUpAction } from '../../contract/step-up.js';
import { Clock, dateAt } from '../../platform/clock/clock.js';
import { fromTypeId } from '../../platform/crypto/type-id.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { Problem } from '../../platform/errors/problem.js';
import { UserRepository } from '../user.repository.js';
import { authorizes } from './assertion.policy.js';
import { Assertions } from './assertions.js';
import { SpendingRepository } from './spending.repository.js';

export interface Demand {
  readonly userId: string;
  readonly action: StepUpAction;
  /** The header `Step-Up`, if there was one. */
  readonly assertion: string | undefined;
}

/** The active factor that authorized the change; null where the user was never enrolled and none is needed. */
export interface Authorized {
  readonly byFactorId: string | null;
}

@Injectable()
export class StepUp {
  constructor(
    private readonly assertions: Assertions,
    private readonly users: UserRepository,
    private readonly spending: SpendingRepository,
    private readonly database: Database,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /**
   * Runs `work` with the user's row locked and the assertion spent, in one transaction. A refusal is audited and changes
   * nothing else; the assertion is not spent by it.
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
    { userId, action, assertion }: Demand,
  ): Promise<Authorized | StepUpRefusalReason> {
    const { tenantId } = call;
    // SECURITY(T-13): the row is locked before anything is read, so that a first activation at the same instant is seen.
    const isEnrolled = await this.users.lock(transaction, { tenantId, userId, now: this.clock.now() });
    if (!isEnrolled) return ofNeverEnrolled(action);
    if (assertion === undefined) return 'step_up_missing';
    const claims = this.assertions.forStepUp(call, assertion);
    if (!claims || !authorizes(claims, userId, action)) return 'step_up_not_valid';
    const factorId = fromTypeId('fac', claims.factor_id);
    if (factorId === null || !(await this.users.hasActiveFactor(transaction, { tenantId, userId, factorId })))
      return 'factor_gone';
    const expiresAt = dateAt(claims.exp * 1_000);
    const isFirst = await this.spending.claim(transaction, {
      tenantId,
      jti: claims.jti,
      expiresAt,
      now: this.clock.now(),
    });
    return isFirst ? { byFactorId: factorId } : 'assertion_spent';
  }
}

/** A first factor needs no proof, for there is none to prove. Nothing else is open to a user who was never enrolled. */
function ofNeverEnrolled(action: StepUpAction): Authorized | StepUpRefusalReason {
  return action === 'factors.add' ? { byFactorId: null } : 'step_up_missing';
}
