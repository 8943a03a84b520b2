import { Controller, Get, Query } from '@nestjs/common';
import { CallOf, type Call } from '../contract/caller.js';
import { PageQuery } from '../contract/paging.js';
import { RouteContract } from '../contract/route-contract.js';
import { AuditEventPage } from './audit-event.dto.js';
import { AuditEventService } from './audit-event.service.js';

@Controller('v1/audit-events')
export class AuditEventController {
  constructor(private readonly events: AuditEventService) {}

  @Get()
  @RouteContract({
    summary: "Read the tenant's audit events",
    description:
      'Returns audit events, oldest first. Only they hold the reason of a refused proof. An event that ' +
      'commits late gets a later number, so a reader never misses it.',
    auth: 'token',
    scope: 'audit:read',
    throttle: 'client',
    data: 'identifier',
    audit: [],
    answer: { status: 200, schema: AuditEventPage },
  })
  page(@CallOf() call: Call, @Query({ schema: PageQuery }) query: PageQuery): Promise<AuditEventPage> {
    return this.events.page(call, query);
  }
}
