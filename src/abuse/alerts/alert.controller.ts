import { Controller, Get, Query } from '@nestjs/common';
import { CallOf, type Call } from '../../contract/caller.js';
import { PageQuery } from '../../contract/paging.js';
import { RouteContract } from '../../contract/route-contract.js';
import { AlertPage } from './alert.dto.js';
import { AlertService } from './alert.service.js';

@Controller('v1/alerts')
export class AlertController {
  constructor(private readonly alerts: AlertService) {}

  @Get()
  @RouteContract({
    summary: "Read the tenant's alerts",
    description:
      'Returns alerts, oldest first: clients that enumerate numbers or users, and blocks. The same alert of ' +
      'one client and day is one entry with a count.',
    auth: 'token',
    scope: 'audit:read',
    throttle: 'client',
    data: 'operational',
    audit: [],
    answer: { status: 200, schema: AlertPage },
  })
  page(@CallOf() call: Call, @Query({ schema: PageQuery }) query: PageQuery): Promise<AlertPage> {
    return this.alerts.page(call, query);
  }
}
