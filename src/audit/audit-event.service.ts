// Pages through a tenant's log, oldest first. A page that is not full is the last one for now.
import { Injectable } from '@nestjs/common';
import type { Call } from '../contract/caller.js';
import type { PageQuery } from '../contract/paging.js';
import { toTypeId } from '../platform/crypto/type-id.js';
import type { AuditEvent, AuditEventPage } from './audit-event.dto.js';
import { AuditEventRepository, type AuditEventRow } from './audit-event.repository.js';
import { EventCursors } from './event-cursors.js';

const PREFIXES: Readonly<Record<string, string>> = {
  client: 'cli',
  challenge: 'chl',
  device: 'dev',
  recovery: 'rcv',
  webhook: 'whe',
};

@Injectable()
export class AuditEventService {
  constructor(
    private readonly events: AuditEventRepository,
    private readonly cursors: EventCursors,
  ) {}

  async page({ tenantId }: Call, { after, limit }: PageQuery): Promise<AuditEventPage> {
    const scope = { tenantId, list: 'audit-events' } as const;
    const rows = await this.events.page(tenantId, { after: await this.cursors.numberOf(scope, after), limit });
    return { data: rows.map(shown), nextCursor: this.cursors.after(scope, rows, limit) };
  }
}

function shown(row: AuditEventRow): AuditEvent {
  const optional = {
    reason: row.reason,
    clientId: row.client_id && toTypeId('cli', row.client_id),
    userId: row.user_id,
    targetId: row.target_id && toTypeId(prefixOf(row.action), row.target_id),
    address: row.address,
    endUserAddress: row.end_user_address,
    requestId: row.request_id,
    details: row.details,
  };
  const present = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== null));
  return { id: toTypeId('evt', row.id), at: row.at.toISOString(), action: row.action, ...present };
}

/** The TypeID of the event's target. */
function prefixOf(action: string): string {
  const [kind = ''] = action.split('.');
  return PREFIXES[kind] ?? 'fac';
}
