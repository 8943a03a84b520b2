// The two look-ups that return a boolean. Each answer, yes or no, is charged before the number is looked up.
import { Injectable } from '@nestjs/common';
import type { Call } from '../../contract/caller.js';
import { Clock } from '../../platform/clock/clock.js';
import { newUuid } from '../../platform/crypto/type-id.js';
import { Problem } from '../../platform/errors/problem.js';
import { budget, lookUpBudgets } from '../budgets/budget.policy.js';
import { Budgets } from '../budgets/budgets.repository.js';
import type { PhoneNumber } from '../number.policy.js';
import { Numbers, type NumberIndices } from '../numbers.js';
import { PhoneSettingsService } from '../settings/phone-settings.service.js';
import { LookupRepository, type Question } from './lookup.repository.js';

@Injectable()
export class LookupService {
  constructor(
    private readonly lookups: LookupRepository,
    private readonly numbers: Numbers,
    private readonly budgets: Budgets,
    private readonly settings: PhoneSettingsService,
    private readonly clock: Clock,
  ) {}

  /**
   * Whether this user has confirmed this number.
   * @throws Problem `too_many_requests`.
   */
  async match(call: Call, userId: string, { e164 }: PhoneNumber): Promise<boolean> {
    const { tenantId, clientId } = call;
    const indices = this.numbers.indicesOf(tenantId, e164);
    const number = indices.index.toString('hex');
    // SECURITY(T-38): a new pair is charged to everything that could be enumerated: the user, the number, the client,
    // the tenant.
    const charged = [
      budget('numbers of a user', userId),
      budget('users of a number', number),
      ...lookUpBudgets(clientId),
    ];
    await this.budgets.charge(tenantId, charged, budget('pair of user and number', `${userId} ${number}`));
    return this.lookups.isHeldBy(this.questionOf(call, indices), userId);
  }

  /**
   * Whether any user of the tenant has confirmed this number.
   * @throws Problem `lookups_off` if the tenant has not turned it on, `too_many_requests`.
   */
  async lookUp(call: Call, { e164 }: PhoneNumber): Promise<boolean> {
    const { tenantId, clientId } = call;
    if (!(await this.settings.of(tenantId)).lookups) throw new Problem('lookups_off');
    await this.budgets.charge(tenantId, lookUpBudgets(clientId));
    return this.lookups.isHeld(this.questionOf(call, this.numbers.indicesOf(tenantId, e164)));
  }

  private questionOf({ tenantId, clientId, address, requestId }: Call, number: NumberIndices): Question {
    return { tenantId, clientId, number, now: this.clock.now(), eventId: newUuid(this.clock), address, requestId };
  }
}
