// Pages through a tenant's log, oldest first; a page that is not full ends the list for now.
import { Injectable } from '@nestjs/common';
import type { Call } from '../contract/caller.js';
import { decodeCursor, encodeCursor, type PageQuery } from '../contract/paging.js';
import { toTypeId } from '../platform/crypto/type-id.js';
import type { AuditEvent, AuditEventPage } from './audit-event.dto.js';
import { AuditEventRepository, BEGINNING, type AuditEventRow, type Position } from './audit-event.repository.js';

// 18 digits fit into a bigint, and no server gets as far as that.
const CURSOR = /^(\d{1,18}) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

const PREFIXES: Readonly<Record<string, string>> = {
  client: 'cli',
  challenge: 'chl',
  device: 'dev',
  recovery: 'rcv',
  webhook: 'whe',
};

@Injectable()
export class AuditEventService {
  constructor(private readonly events: AuditEventRepository) {}

  async page(call: Call, query: PageQuery): Promise<AuditEventPage> {
    const rows = await this.events.page(call.tenantId, { after: positionOf(query.after), limit: query.limit });
    const last = rows.length === query.limit ? rows.at(-1) : undefined;
    return { data: rows.map(shown), nextCursor: last ? encodeCursor([last.tx, last.id]) : null };
  }
}

export function positionOf(cursor: string | undefined): Position {
  if (cursor === undefined) return BEGINNING;
  const [, tx = '', id = ''] = decodeCursor(cursor, CURSOR);
  return { tx, id };
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

/** Of the id of what an event happened to. */
function prefixOf(action: string): string {
  const [kind = ''] = action.split('.');
  return PREFIXES[kind] ?? 'fac';
}
