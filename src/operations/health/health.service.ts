import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Problem } from '../../platform/errors/problem.js';
import type { Health } from './health.dto.js';

@Injectable()
export class HealthService {
  constructor(private readonly database: Database) {}

  live(): Health {
    return { status: 'ok' };
  }

  /** @throws Problem `service_unavailable` */
  async ready(): Promise<Health> {
    if (!(await this.database.isReachable())) throw new Problem('service_unavailable');
    return { status: 'ok' };
  }
}
