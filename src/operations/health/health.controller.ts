import { Controller, Get } from '@nestjs/common';
import { RouteContract } from '../../contract/route-contract.js';
import { Health } from './health.dto.js';
import { HealthService } from './health.service.js';

@Controller('health')
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get('live')
  @RouteContract({
    summary: 'Tell whether the process answers',
    description: 'For a supervisor: no answer means restart.',
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
    summary: 'Tell whether requests can be answered',
    description:
      'For a load balancer: 503 while the database does not answer, or is older than it was (a restore that the operator has not finished). `behind` names what cannot keep up with the events, and nothing else.',
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
