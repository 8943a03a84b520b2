// An assertion that authorizes a factor change: made for exactly this change, by an active factor, unspent.
import { Injectable } from '@nestjs/common';
import type { StepUpRefusalReason } from '../../contract/audit-actions.js';
import type { Call } from '../../contract/caller.js';
import { Clock, dateAt } from '../../platform/clock/clock.js';
import { fromTypeId } from '../../platform/crypto/type-id.js';
import type { Transaction } from '../../platform/database/database.js';
import { UserRepository } from '../user.repository.js';
import { authorizes } from './assertion.policy.js';
import { Assertions } from './assertions.js';
import type { Authorization, Authorized, Shown } from './authorization.js';
import { SpendingRepository } from './spending.repository.js';

@Injectable()
export class AssertionAuthorization implements Authorization {
  constructor(
    private readonly assertions: Assertions,
    private readonly users: UserRepository,
    private readonly spending: SpendingRepository,
    private readonly clock: Clock,
  ) {}

  async authorize(
    transaction: Transaction,
    call: Call,
    { userId, action, text }: Shown,
  ): Promise<Authorized | StepUpRefusalReason> {
    const { tenantId } = call;
    const claims = this.assertions.forStepUp(call, text);
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
    return isFirst ? { by: factorId } : 'assertion_spent';
  }
}
