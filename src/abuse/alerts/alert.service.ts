import { Injectable } from '@nestjs/common';
import type { Call } from '../../contract/caller.js';
import { decodeCursor, encodeCursor, type PageQuery } from '../../contract/paging.js';
import { toTypeId } from '../../platform/crypto/type-id.js';
import type { Alert, AlertPage } from './alert.dto.js';
import { ALERT_KINDS, type AlertKind } from './alert-kinds.js';
import { Alerts, type AlertRow } from './alerts.js';

const CURSOR = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
const BEGINNING = '00000000-0000-0000-0000-000000000000';

@Injectable()
export class AlertService {
  constructor(private readonly alerts: Alerts) {}

  /** Oldest first; a page that is not full ends the list for now. */
  async page({ tenantId }: Call, { after, limit }: PageQuery): Promise<AlertPage> {
    const afterId = after === undefined ? BEGINNING : (decodeCursor(after, CURSOR)[1] ?? BEGINNING);
    const rows = await this.alerts.page(tenantId, afterId, limit);
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return { data: rows.map((row) => shown(tenantId, row)), nextCursor: last ? encodeCursor([last.id]) : null };
  }
}

function shown(tenantId: string, { id, kind, subjectId, count, firstAt, lastAt }: AlertRow): Alert {
  const known = kind as AlertKind;
  return {
    id: toTypeId('alr', id),
    kind: known,
    severity: ALERT_KINDS[known].severity,
    ...(subjectId === tenantId ? {} : { clientId: toTypeId('cli', subjectId) }),
    count,
    firstAt: firstAt.toISOString(),
    lastAt: lastAt.toISOString(),
  };
}
