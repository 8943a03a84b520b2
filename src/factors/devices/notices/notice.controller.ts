import { Controller, Get, Query } from '@nestjs/common';
import { DeviceCallOf, type DeviceCall } from '../../../contract/caller.js';
import { PageQuery } from '../../../contract/paging.js';
import { RouteContract } from '../../../contract/route-contract.js';
import { NoticePage } from './notice.dto.js';
import { NoticeService } from './notice.service.js';

@Controller('v1/device/notices')
export class NoticeController {
  constructor(private readonly notices: NoticeService) {}

  @Get()
  @RouteContract({
    summary: "See what changed among the user's factors",
    description:
      'Since this device was confirmed, oldest first: every factor that came or went, and every recovery. It comes from this service, ' +
      'not through the application: show it, whoever made the change.',
    auth: 'device',
    throttle: 'device',
    data: 'identifier',
    audit: [],
    answer: { status: 200, schema: NoticePage },
  })
  list(@DeviceCallOf() call: DeviceCall, @Query({ schema: PageQuery }) query: PageQuery): Promise<NoticePage> {
    return this.notices.page(call, query);
  }
}
