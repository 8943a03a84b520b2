// Detects ranges of numbers and canaries as soon as they are queried. It raises alerts and blocks no client: both may
// be chance.
import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Alerts } from '../alerts/alerts.repository.js';
import { handledOf, type Handled, type TenantWatch } from '../tenant-loop.js';
import { signsIn } from './number-range.policy.js';
import { NOTICED, NumberRangeRepository } from './number-range.repository.js';

@Injectable()
export class NumberRangeWatch implements TenantWatch {
  readonly failure = 'look-ups could not be checked for ranges and canaries';

  constructor(
    private readonly shapes: NumberRangeRepository,
    private readonly alerts: Alerts,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  due(): Promise<string[]> {
    return this.shapes.fresh();
  }

  handle(tenantId: string): Promise<Handled> {
    return this.database.inTransaction(async (transaction) => {
      const fresh = await this.shapes.notice(transaction, tenantId, this.clock.now());
      for (const { kind, clientId } of signsIn(fresh))
        await this.alerts.raise(transaction, { tenantId, kind, subjectId: clientId ?? tenantId });
      return handledOf(fresh.length, NOTICED);
    });
  }
}
