import { Controller, Get } from '@nestjs/common';
import { RouteContract } from '../../contract/route-contract.js';
import { Health } from './health.dto.js';
import { HealthService } from './health.service.js';

@Controller('health')
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get('live')
  @RouteContract({
    summary: 'Check that the process runs',
    description: 'For a supervisor: if there is no answer, restart the service.',
    auth: 'none',
    throttle: 'address',
    data: 'public',
    audit: [],
    answer: { status: 200, schema: Health },
  })
  live(): Health {
    return this.health.live();
  }

  @Get('ready')
  @RouteContract({
    summary: 'Check that requests can be answered',
    description:
      'For a load balancer: 503 if the database does not answer, or was restored and the operator has not ' +
      'finished the restore. `behind` names what processes events late.',
    auth: 'none',
    throttle: 'address',
    data: 'public',
    audit: [],
    answer: { status: 200, schema: Health },
  })
  ready(): Promise<Health> {
    return this.health.ready();
  }
}
