// What stands between a code and the money that it costs: country and kind of the number, conversion of its block, the number's risk, and
// the budgets last, so that what is withheld for another reason costs nothing. Whatever cannot be counted is not sent.
import { Injectable } from '@nestjs/common';
import { budget, isPumped, tenantBudgets, type Budget } from '../../phones/budgets/budget.policy.js';
import { Budgets } from '../../phones/budgets/budgets.js';
import { maySendTo, readPhoneNumber } from '../../phones/number.policy.js';
import { Numbers } from '../../phones/numbers.js';
import type { StoredPhoneSettings } from '../../phones/settings/phone-settings.policy.js';
import { NumberRisk } from '../risk/number-risk.js';
import { isWithheld, type Letter, type Withheld } from './message.policy.js';
import type { TakenMessage } from './message.repository.js';
import type { CodeMessage } from './message-transport.js';

export interface Braked {
  readonly letter: Letter;
  /** The block that it was counted for: nobody's where it was withheld. */
  readonly prefix: Buffer;
  /** 0 where it was counted; else how long there is no room for it. */
  readonly waitMs: number;
}

/** Whose budgets are spent. */
interface Payer {
  readonly prefix: Buffer;
  readonly number: string;
  readonly tenant: string;
}

@Injectable()
export class Brakes {
  constructor(
    private readonly budgets: Budgets,
    private readonly numbers: Numbers,
    private readonly risk: NumberRisk,
  ) {}

  // SECURITY(T-38): whatever is withheld, and where there is nobody, the same is read and the same is counted, of subjects that nobody
  // else has. Only the tenant's risk port is asked about numbers that may be sent to and no others.
  async judge(taken: TakenMessage, letter: Letter, settings: StoredPhoneSettings): Promise<Braked> {
    const { tenantId, id, purpose } = taken;
    const nobody = { prefix: this.numbers.nobodysPrefix(tenantId, id), number: id, tenant: id };
    const owner = isWithheld(letter) ? nobody : this.payerOf(letter);
    const isStopped = await this.isStopped(taken, owner.prefix);
    const judged = isWithheld(letter) ? letter : await this.admitted(letter, settings, isStopped);
    const payer = isWithheld(judged) ? nobody : owner;
    const waitMs = await this.budgets.spend(tenantId, budgetsOf(purpose, payer, settings));
    return { letter: judged, prefix: payer.prefix, waitMs };
  }

  /** What became of one whose time is over: the block's conversion. */
  async settle({ tenantId, purpose, prefix, isUsed }: TakenMessage): Promise<void> {
    if (prefix === null) return;
    const block = blockOf(purpose, prefix);
    const sent = budget('codes sent to a prefix', block);
    await this.budgets.spend(tenantId, isUsed ? [sent, budget('codes used of a prefix', block)] : [sent]);
  }

  private async admitted(message: CodeMessage, settings: StoredPhoneSettings, isStopped: boolean): Promise<Letter> {
    const number = readPhoneNumber(message.phoneNumber);
    if (number === null || !maySendTo(number, settings.countries)) return { reason: 'number_not_allowed' };
    if (isStopped) return { reason: 'prefix_stopped' };
    const verdict = await this.risk.judge(message, settings);
    return verdict === 'send' ? message : ({ reason: verdict.withheld, demand: verdict.demand } satisfies Withheld);
  }

  private async isStopped({ tenantId, purpose }: TakenMessage, prefix: Buffer): Promise<boolean> {
    const block = blockOf(purpose, prefix);
    const counted = [budget('codes sent to a prefix', block), budget('codes used of a prefix', block)];
    const [sent = 0, used = 0] = await this.budgets.spent(tenantId, counted);
    return isPumped({ sent, used });
  }

  private payerOf({ tenantId, phoneNumber }: CodeMessage): Payer {
    const number = this.numbers.indexOf(tenantId, phoneNumber).toString('hex');
    return { prefix: this.numbers.prefixIndexOf(tenantId, phoneNumber), number, tenant: '' };
  }
}

function budgetsOf(purpose: TakenMessage['purpose'], payer: Payer, settings: StoredPhoneSettings): Budget[] {
  const { prefix, number, tenant } = payer;
  const ofBlock = budget('codes to a prefix', blockOf(purpose, prefix));
  // SECURITY(T-39): blind look-ups have money of their own: whoever asks about all numbers cannot spend what sign-ins need.
  if (purpose === 'blind_lookup')
    return [ofBlock, budget('blind codes of a tenant an hour', tenant), budget('blind codes of a tenant', tenant)];
  return [
    ofBlock,
    budget('codes to a number', number),
    budget('codes to a number in ten minutes', number),
    budget('codes to a number a day', number),
    ...tenantBudgets(settings.dailyCap, tenant),
  ];
}

function blockOf(purpose: TakenMessage['purpose'], prefix: Buffer): string {
  return `${purpose === 'blind_lookup' ? 'blind ' : ''}${prefix.toString('hex')}`;
}
