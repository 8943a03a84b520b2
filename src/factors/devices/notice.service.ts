// What a user's devices are told of changes to their factors: the audit log, read for one user.
import { Injectable } from '@nestjs/common';
import { AuditEventRepository, type NoticeRow } from '../../audit/audit-event.repository.js';
import { positionOf } from '../../audit/audit-event.service.js';
import type { DeviceCall } from '../../contract/caller.js';
import { encodeCursor, type PageQuery } from '../../contract/paging.js';
import { toTypeId } from '../../platform/crypto/type-id.js';
import type { FactorType } from '../factor-method.js';
import type { NoticePage } from './notice.dto.js';

@Injectable()
export class NoticeService {
  constructor(private readonly events: AuditEventRepository) {}

  async page({ tenantId, userId, activatedAt }: DeviceCall, { limit, after }: PageQuery): Promise<NoticePage> {
    const rows = await this.events.notices({ tenantId, userId, since: activatedAt, after: positionOf(after), limit });
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return { data: rows.map(shown), nextCursor: last ? encodeCursor([last.tx, last.id]) : null };
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
