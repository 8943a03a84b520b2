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
    summary: "List changes to the user's factors",
    description:
      'Returns the changes since this device was confirmed, oldest first: factors that were added or ' +
      'removed, and recoveries. They come from this service, not from the application. Show every one.',
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
