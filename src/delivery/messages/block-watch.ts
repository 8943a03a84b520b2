// Counts whether codes to a block of numbers are used. Different numbers are counted, each once a day, so that one
// phone cannot stop a block. Enrolment codes to a block without answers stop. For confirmed numbers only the operator
// gets an alert: a tenant's alert would reveal where its users' numbers are.
import { Injectable } from '@nestjs/common';
import { Alerts, type NewAlert } from '../../abuse/alerts/alerts.repository.js';
import { OPERATOR_TENANT_ID } from '../../contract/reserved-tenants.js';
import { budget, isPumped } from '../../phones/budgets/budget.policy.js';
import { Budgets } from '../../phones/budgets/budgets.repository.js';
import { toTypeId } from '../../platform/crypto/type-id.js';
import { Database } from '../../platform/database/database.js';
import { Log } from '../../platform/logging/log.js';
import type { Block } from './message.policy.js';
import type { TakenMessage } from './message.repository.js';

interface Counts {
  readonly used: number;
  readonly unused: number;
}

const OF_OPERATOR = { tenantId: OPERATOR_TENANT_ID, subjectId: OPERATOR_TENANT_ID } as const;

@Injectable()
export class BlockWatch {
  constructor(
    private readonly budgets: Budgets,
    private readonly alerts: Alerts,
    private readonly database: Database,
    private readonly log: Log,
  ) {}

  async counts({ tenantId, purpose }: TakenMessage, { prefix }: Block): Promise<Counts> {
    const subject = subjectOf(purpose, prefix);
    const counted = [
      budget('numbers of a block that were used', subject),
      budget('numbers of a block that were not', subject),
    ];
    const [used = 0, unused = 0] = await this.budgets.spent(tenantId, counted);
    return { used, unused };
  }

  /**
   * Counts the outcome of an expired code. Blind look-ups are not counted: their counts would reveal who is registered.
   */
  async settle(taken: TakenMessage): Promise<void> {
    const { tenantId, purpose, prefix, numberIndex, isUsed } = taken;
    if (prefix === null || numberIndex === null || purpose === 'blind_lookup') return;
    const subject = subjectOf(purpose, prefix);
    const counted = budget(`numbers of a block that were ${isUsed ? 'used' : 'not'}`, subject);
    const once = budget(
      isUsed ? 'number was used' : 'number was not used',
      `${subject} ${numberIndex.toString('hex')}`,
    );
    await this.budgets.spend(tenantId, [counted], once);
    if (isPumped(await this.counts(taken, { prefix, number: numberIndex }))) await this.tell(taken);
  }

  private async tell({ tenantId, purpose }: TakenMessage): Promise<void> {
    const kind = 'codes_of_a_block_unused' as const;
    const ofTenant: NewAlert = { tenantId, kind, subjectId: tenantId };
    const alert = purpose === 'enrolment' ? ofTenant : { ...OF_OPERATOR, kind };
    this.log.warn('codes to a block of numbers are not used', { tenantId: toTypeId('ten', tenantId) });
    await this.database.inTransaction((transaction) => this.alerts.raise(transaction, alert));
  }
}

function subjectOf(purpose: TakenMessage['purpose'], prefix: Buffer): string {
  return `${purpose} ${prefix.toString('hex')}`;
}
