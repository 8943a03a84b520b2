// Raises an alert when a shared limit is used up. At most once an hour for each limit, so that a flood of requests
// beyond the limit writes little.
import { Injectable } from '@nestjs/common';
import type { AlertKind } from '../../abuse/alerts/alert-kinds.js';
import { Alerts } from '../../abuse/alerts/alerts.repository.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { budget } from './budget.policy.js';
import { Budgets } from './budgets.repository.js';

export const LIMIT_ALERTS = {
  codes: 'code_cap_reached',
  'blind look-ups': 'code_cap_reached',
  'blind look-ups of a number': 'look_ups_of_a_number_used_up',
} as const satisfies Record<string, AlertKind>;

export type LimitAlert = keyof typeof LIMIT_ALERTS;

@Injectable()
export class LimitAlerts {
  constructor(
    private readonly budgets: Budgets,
    private readonly alerts: Alerts,
    private readonly database: Database,
  ) {}

  /** In a transaction of its own: the hour is used up only if the alert is stored. */
  async raise(tenantId: string, limit: LimitAlert): Promise<void> {
    await this.database.inTransaction((transaction) => this.raiseWithin(transaction, tenantId, limit));
  }

  /** Within an open transaction. */
  async raiseWithin(transaction: Transaction, tenantId: string, limit: LimitAlert): Promise<void> {
    if (await this.budgets.spendWithin(transaction, tenantId, [budget('alerts of a limit', limit)]))
      await this.alerts.raise(transaction, { tenantId, kind: LIMIT_ALERTS[limit], subjectId: tenantId });
  }
}
