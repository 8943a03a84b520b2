// Decides whether a requested code is sent. Its cost was charged at the request, for every user and number alike. This
// decision depends on this number, its user and the tenant's settings, and for an enrolment on its block. If a limit
// cannot be read, the code is not sent.
import { Injectable } from '@nestjs/common';
import { budget, isPumped } from '../../phones/budgets/budget.policy.js';
import { Budgets } from '../../phones/budgets/budgets.repository.js';
import { LimitAlerts } from '../../phones/budgets/limit-alerts.js';
import { maySendTo, readPhoneNumber } from '../../phones/number.policy.js';
import { Numbers } from '../../phones/numbers.js';
import type { StoredPhoneSettings } from '../../phones/settings/phone-settings.policy.js';
import { NumberRisk } from '../risk/number-risk.js';
import { BlockWatch } from './block-watch.js';
import { isWithheld, type Block, type OutgoingCode, type Withheld } from './message.policy.js';
import type { TakenMessage } from './message.repository.js';
import type { CodeMessage } from './message-transport.js';

export interface LimitedCode {
  readonly code: OutgoingCode;
  /** The subjects of its counters after expiry. None if it was withheld. */
  readonly block: Block;
  /** Milliseconds until it may be sent. 0: now. */
  readonly waitMs: number;
}

@Injectable()
export class SendLimits {
  constructor(
    private readonly budgets: Budgets,
    private readonly numbers: Numbers,
    private readonly risk: NumberRisk,
    private readonly blocks: BlockWatch,
    private readonly limitAlerts: LimitAlerts,
  ) {}

  // SECURITY(T-38): a withheld code, or one without a phone, reads and counts the same, for subjects of its own. Only
  // the tenant's risk provider is called just for numbers that may be sent to.
  async check(taken: TakenMessage, code: OutgoingCode, settings: StoredPhoneSettings): Promise<LimitedCode> {
    if (taken.isLookupWithheld) await this.limitAlerts.raise(taken.tenantId, 'blind look-ups of a number');
    const dummy = this.dummyBlock(taken);
    const owner = isWithheld(code) ? dummy : this.blockOf(code);
    // SECURITY(T-44): a stop of a block reveals how other numbers answer. So it stops only enrolments, whose number is
    // in the request.
    const isStopped = isPumped(await this.blocks.counts(taken, owner));
    const checked = isWithheld(code) ? code : await this.admitted(code, settings, isStopped);
    const block = isWithheld(checked) ? dummy : owner;
    return { code: checked, block, waitMs: await this.spend(taken, block) };
  }

  /** The outcome of an expired code. */
  settle(taken: TakenMessage): Promise<void> {
    return this.blocks.settle(taken);
  }

  private async admitted(
    message: CodeMessage,
    settings: StoredPhoneSettings,
    isStopped: boolean,
  ): Promise<OutgoingCode> {
    const number = readPhoneNumber(message.phoneNumber);
    if (number === null || !maySendTo(number, settings.countries)) return { reason: 'number_not_allowed' };
    if (isStopped && message.purpose === 'enrolment') return { reason: 'prefix_stopped' };
    const verdict = await this.risk.assess(message, settings);
    return verdict === 'send' ? message : ({ reason: verdict.withheld, demand: verdict.demand } satisfies Withheld);
  }

  // SECURITY(T-44): 30 seconds between two codes of a user, for each user and number. Only a confirmed number can reach
  // its limit. A blind look-up was charged at its request, and spends nothing here. A code that was not admitted does
  // not delay others.
  private async spend({ tenantId, purpose, userId, id, isAdmitted }: TakenMessage, { number }: Block): Promise<number> {
    if (purpose === 'blind_lookup') return 0;
    const ofUser = budget('codes of a user', `${purpose} ${isAdmitted ? (userId ?? id) : id}`);
    const ofNumber = budget('codes of challenges to a number', number.toString('hex'));
    return this.budgets.spend(tenantId, purpose === 'challenge' ? [ofUser, ofNumber] : [ofUser]);
  }

  private blockOf({ tenantId, phoneNumber }: CodeMessage): Block {
    return {
      prefix: this.numbers.prefixIndexOf(tenantId, phoneNumber),
      number: this.numbers.indexOf(tenantId, phoneNumber),
    };
  }

  private dummyBlock({ tenantId, id }: TakenMessage): Block {
    const prefix = this.numbers.dummyPrefix(tenantId, id);
    return { prefix, number: prefix };
  }
}
