// Charges a blind look-up at its request, the same for every number, before the number is looked up. Nothing is charged
// later.
import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Problem } from '../../platform/errors/problem.js';
import { blindBudgets, type Budget } from '../budgets/budget.policy.js';
import { Budgets } from '../budgets/budgets.repository.js';
import { LimitAlerts } from '../budgets/limit-alerts.js';
import { Numbers } from '../numbers.js';
import { AnsweredAddressRepository } from './answered-address.repository.js';

export interface ChargedLookup {
  readonly tenantId: string;
  readonly clientId: string;
  readonly e164: string;
  /** Keyed hash of the end user's network. Null if the request named none. */
  readonly addressIndex: Buffer | null;
  readonly blindCap: number;
}

@Injectable()
export class BlindLookupCharge {
  constructor(
    private readonly addresses: AnsweredAddressRepository,
    private readonly numbers: Numbers,
    private readonly budgets: Budgets,
    private readonly limitAlerts: LimitAlerts,
    private readonly clock: Clock,
  ) {}

  /**
   * @returns whether it is withheld, because all clients together have reached the limit of the number.
   * @throws Problem `too_many_requests`.
   */
  async charge({ tenantId, clientId, e164, addressIndex, blindCap }: ChargedLookup): Promise<boolean> {
    const isKnownAddress = await this.addresses.isKnown({ tenantId, clientId, addressIndex, now: this.clock.now() });
    // SECURITY(T-44): the same budgets, whether or not the number is registered.
    const { own, shared, ofNumber } = blindBudgets({
      clientId,
      number: this.numbers.indexOf(tenantId, e164).toString('hex'),
      block: this.numbers.prefixIndexOf(tenantId, e164).toString('hex'),
      address: addressIndex?.toString('hex'),
      isKnownAddress,
      blindCap,
    });
    const waitMs = await this.budgets.spend(tenantId, [...own, ...shared]);
    // SECURITY(T-51): a refusal would reveal requests of other clients, so the code is withheld instead. The worker
    // raises the alert, since here it would take time.
    if (waitMs === 0) return (await this.budgets.spend(tenantId, ofNumber)) > 0;
    await this.tellOfFull(tenantId, shared);
    throw Problem.tooMany(waitMs);
  }

  /** A limit of several people. Its exhaustion affects people who did not use it. */
  private async tellOfFull(tenantId: string, shared: readonly Budget[]): Promise<void> {
    if (await this.budgets.isFull(tenantId, shared)) await this.limitAlerts.raise(tenantId, 'blind look-ups');
  }
}
