// What stands between a code and the money that it costs: country and kind of the number, conversion of its block, the number's risk, and
// the budgets last, so that what is withheld for another reason costs nothing. Whatever cannot be counted is not sent.
import { Injectable } from '@nestjs/common';
import { budget, isPumped, tenantBudgets, type Budget } from '../../phones/budgets/budget.policy.js';
import { Budgets } from '../../phones/budgets/budgets.js';
import { maySendTo, readPhoneNumber } from '../../phones/number.policy.js';
import { Numbers } from '../../phones/numbers.js';
import type { StoredPhoneSettings } from '../../phones/settings/phone-settings.policy.js';
import { NumberRisk } from '../risk/number-risk.js';
import type { TakenMessage, Withheld } from './message.repository.js';
import type { CodeMessage } from './message-transport.js';

/** Sent, withheld, or not before so many milliseconds. */
export type Braked = { readonly prefix: Buffer } | { readonly withheld: Withheld } | { readonly waitMs: number };

@Injectable()
export class Brakes {
  constructor(
    private readonly budgets: Budgets,
    private readonly numbers: Numbers,
    private readonly risk: NumberRisk,
  ) {}

  /** Counts it where it may be sent. */
  async judge(message: CodeMessage, settings: StoredPhoneSettings): Promise<Braked> {
    const { tenantId, phoneNumber, purpose } = message;
    const number = readPhoneNumber(phoneNumber);
    if (number === null || !maySendTo(number, settings.countries)) return withheld('number_not_allowed');
    const prefix = this.numbers.prefixIndexOf(tenantId, phoneNumber);
    if (await this.isStopped(tenantId, purpose, prefix)) return withheld('prefix_stopped');
    const verdict = await this.risk.judge({ tenantId, phoneNumber, purpose }, settings);
    if (verdict !== 'send') return { withheld: { reason: verdict.withheld, demand: verdict.demand } };
    const waitMs = await this.budgets.spend(tenantId, this.budgetsOf(message, prefix, settings));
    return waitMs > 0 ? { waitMs } : { prefix };
  }

  /** What became of one that was sent: the block's conversion. */
  async settle({ tenantId, purpose, prefix, isUsed }: TakenMessage): Promise<void> {
    if (prefix === null) return;
    const block = blockOf(purpose, prefix);
    const sent = budget('codes sent to a prefix', block);
    await this.budgets.spend(tenantId, isUsed ? [sent, budget('codes used of a prefix', block)] : [sent]);
  }

  private async isStopped(tenantId: string, purpose: TakenMessage['purpose'], prefix: Buffer): Promise<boolean> {
    const block = blockOf(purpose, prefix);
    const counted = [budget('codes sent to a prefix', block), budget('codes used of a prefix', block)];
    const [sent = 0, used = 0] = await this.budgets.spent(tenantId, counted);
    return isPumped({ sent, used });
  }

  private budgetsOf({ tenantId, phoneNumber, purpose }: CodeMessage, prefix: Buffer, settings: StoredPhoneSettings) {
    const ofBlock = budget('codes to a prefix', blockOf(purpose, prefix));
    // SECURITY(T-39): blind look-ups have money of their own: whoever asks about all numbers cannot spend what sign-ins need.
    if (purpose === 'blind_lookup')
      return [ofBlock, budget('blind codes of a tenant an hour', ''), budget('blind codes of a tenant', '')];
    const number = this.numbers.indexOf(tenantId, phoneNumber).toString('hex');
    const ofNumber: Budget[] = [
      budget('codes to a number', number),
      budget('codes to a number in ten minutes', number),
      budget('codes to a number a day', number),
    ];
    return [ofBlock, ...ofNumber, ...tenantBudgets(settings.dailyCap)];
  }
}

function withheld(reason: Withheld['reason']): Braked {
  return { withheld: { reason } };
}

function blockOf(purpose: TakenMessage['purpose'], prefix: Buffer): string {
  return `${purpose === 'blind_lookup' ? 'blind ' : ''}${prefix.toString('hex')}`;
}
