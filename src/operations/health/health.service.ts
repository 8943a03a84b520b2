import { Injectable } from '@nestjs/common';
import { LagWatch } from '../../abuse/lag/lag-watch.js';
import { Database } from '../../platform/database/database.js';
import { HighWater } from '../../platform/rollback/high-water.js';
import { Problem } from '../../platform/errors/problem.js';
import type { Health } from './health.dto.js';

@Injectable()
export class HealthService {
  constructor(
    private readonly database: Database,
    private readonly lags: LagWatch,
    private readonly highWater: HighWater,
  ) {}

  live(): Health {
    return { status: 'ok' };
  }

  /**
   * Ready while the database answers. What is behind is named and refuses nothing: every instance is behind at once, and a balancer that took
   * them all out would turn late alerts into a service that is down.
   * @throws Problem `service_unavailable`
   */
  async ready(): Promise<Health> {
    if (this.highWater.isBehind) throw new Problem('service_unavailable');
    if (!(await this.database.isReachable())) throw new Problem('service_unavailable');
    const { behind } = this.lags;
    return { status: 'ok', ...(behind.length === 0 ? {} : { behind: [...behind] }) };
  }
}
