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
   * Ready while the database answers. What is behind is only named. Every instance would be behind at the same time,
   * and a load balancer that removed them all would turn late alerts into an outage.
   * @throws Problem `service_unavailable`
   */
  async ready(): Promise<Health> {
    if (this.highWater.isBehind) throw new Problem('service_unavailable');
    if (!(await this.database.isReachable())) throw new Problem('service_unavailable');
    const { behind } = this.lags;
    return { status: 'ok', ...(behind.length === 0 ? {} : { behind: [...behind] }) };
  }
}
