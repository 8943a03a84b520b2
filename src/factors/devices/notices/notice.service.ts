// The notices of a user's devices about factor changes: the audit log, read for one user.
import { Injectable } from '@nestjs/common';
import { AuditEventRepository, type NoticeRow } from '../../../audit/audit-event.repository.js';
import { EventCursors } from '../../../audit/event-cursors.js';
import type { DeviceCall } from '../../../contract/caller.js';
import type { PageQuery } from '../../../contract/paging.js';
import { toTypeId } from '../../../platform/crypto/type-id.js';
import type { FactorType } from '../../factor-method.js';
import type { NoticePage } from './notice.dto.js';

@Injectable()
export class NoticeService {
  constructor(
    private readonly events: AuditEventRepository,
    private readonly cursors: EventCursors,
  ) {}

  async page({ tenantId, userId, factorId, activatedAt }: DeviceCall, query: PageQuery): Promise<NoticePage> {
    // SECURITY(T-46): sealed, since the number counts the events of the whole tenant, and a device belongs to one user.
    const scope = { tenantId, list: 'notices', of: factorId } as const;
    const after = await this.cursors.numberOf(scope, query.after);
    const rows = await this.events.notices({ tenantId, userId, since: activatedAt, after, limit: query.limit });
    return { data: rows.map(shown), nextCursor: this.cursors.after(scope, rows, query.limit) };
  }
}

function shown({ id, at, action, details }: NoticeRow): NoticePage['data'][number] {
  const { factorType, opensAt } = details ?? {};
  return {
    id: toTypeId('evt', id),
    at: at.toISOString(),
    what: action,
    ...(factorType === undefined ? {} : { factorType: factorType as FactorType }),
    ...(opensAt === undefined ? {} : { opensAt }),
  };
}
