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
    description: 'Returns 200 while the process runs. For a supervisor: if there is no answer, restart the service.',
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
      'Returns 200 if requests can be answered, for a load balancer. It returns 503 if the database does ' +
      'not answer, or a restore is not finished. `behind` names what processes events late.',
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
