import { Injectable } from '@nestjs/common';
import { positionOf } from '../../audit/audit-event.service.js';
import type { Call } from '../../contract/caller.js';
import { encodeCursor, type PageQuery } from '../../contract/paging.js';
import type { AlertPage } from './alert.dto.js';
import { Alerts } from './alerts.js';
import { shownAlert } from './shown-alert.js';

@Injectable()
export class AlertService {
  constructor(private readonly alerts: Alerts) {}

  /** Oldest first; a page that is not full ends the list for now. */
  async page({ tenantId }: Call, { after, limit }: PageQuery): Promise<AlertPage> {
    const rows = await this.alerts.page(tenantId, positionOf(after), limit);
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return {
      data: rows.map((row) => shownAlert(tenantId, row)),
      nextCursor: last ? encodeCursor([last.tx, last.id]) : null,
    };
  }
}
