// Raises an alert for the operator each time the throttle store goes down, and retries until the alert is stored.
// Checks once a second, outside requests.
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ThrottlerStorage } from '@nestjs/throttler';
import { Alerts } from '../../abuse/alerts/alerts.repository.js';
import { OPERATOR_TENANT_ID } from '../../contract/reserved-tenants.js';
import { IntervalLoop } from '../../platform/clock/interval-loop.js';
import { Database } from '../../platform/database/database.js';
import { Log } from '../../platform/logging/log.js';
import type { ThrottleStore } from './limits.js';

const ALERT = { tenantId: OPERATOR_TENANT_ID, kind: 'throttle_store_down', subjectId: OPERATOR_TENANT_ID } as const;

@Injectable()
export class ThrottleAlarm implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly rounds = new IntervalLoop(() => this.look());
  private reported = 0;

  constructor(
    @Inject(ThrottlerStorage) private readonly store: ThrottleStore,
    private readonly alerts: Alerts,
    private readonly database: Database,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.rounds.stop();
  }

  private async look(): Promise<void> {
    const { outages } = this.store;
    if (outages === this.reported) return;
    try {
      await this.database.inTransaction((transaction) => this.alerts.raise(transaction, ALERT));
      this.reported = outages;
    } catch (error) {
      this.log.warn('an alert could not be raised', { error });
    }
  }
}
