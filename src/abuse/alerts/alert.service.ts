import { Injectable } from '@nestjs/common';
import { BEFORE_FIRST } from '../../audit/audit-event.repository.js';
import type { Call } from '../../contract/caller.js';
import type { PageQuery } from '../../contract/paging.js';
import { Cursors } from '../../platform/crypto/cursors.js';
import type { AlertPage } from './alert.dto.js';
import { Alerts } from './alerts.repository.js';
import { shownAlert } from './shown-alert.js';

@Injectable()
export class AlertService {
  constructor(
    private readonly alerts: Alerts,
    private readonly cursors: Cursors,
  ) {}

  /** Oldest first. A page that is not full is the last one for now. */
  async page({ tenantId }: Call, { after, limit }: PageQuery): Promise<AlertPage> {
    const scope = { tenantId, list: 'alerts' } as const;
    const rows = await this.alerts.page(tenantId, this.cursors.open(scope, after) ?? BEFORE_FIRST, limit);
    return {
      data: rows.map((row) => shownAlert(tenantId, row)),
      nextCursor: this.cursors.after(scope, { rows, limit }, ({ number }) => number),
    };
  }
}
