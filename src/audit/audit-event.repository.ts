// Reads the log of one tenant in the order of its transactions, and only below the oldest running one, so that an event
// that commits late is never behind a reader's cursor (R-07).
import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Transaction } from '../platform/database/database.js';
import { named } from '../platform/database/named-statement.js';
import type { AuditAction, AuditDetails } from './actions.js';

export interface AuditEventRow {
  readonly tx: string;
  readonly id: string;
  readonly at: Date;
  readonly action: string;
  readonly reason: string | null;
  readonly client_id: string | null;
  readonly user_id: string | null;
  readonly target_id: string | null;
  readonly address: string | null;
  readonly end_user_address: string | null;
  readonly request_id: string | null;
  readonly details: AuditDetails | null;
}

export interface Position {
  readonly tx: string;
  readonly id: string;
}

export const BEGINNING: Position = { tx: '0', id: '00000000-0000-0000-0000-000000000000' };

const PAGE = named(
  'audit_page',
  `
    SELECT tx::text, id, at, action, reason, client_id, user_id, target_id, address, end_user_address, request_id, details
    FROM audit_events
    WHERE tenant_id = :tenant::uuid
      AND (tx, id) > (:tx::bigint, :id::uuid)
      AND tx < (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint
    ORDER BY audit_events.tx, audit_events.id
    LIMIT :limit::int`,
);

/** What a user's devices are told of; the index of the database names the same (20261124080000_devices). */
export const NOTICES = [
  'factor.activated',
  'factor.removed',
  'factor.recovery_codes_generated',
  'recovery.begun',
  'recovery.approved',
  'recovery.ticket_issued',
  'recovery.completed',
  'user.unlocked',
] as const satisfies readonly AuditAction[];

const NOTICES_PAGE: Statement = {
  name: 'audit_notices',
  text: `
    SELECT tx, id, at, action, details
    FROM audit_events
    WHERE tenant_id = $1 AND user_id = $2 AND action IN (${NOTICES.map((action) => `'${action}'`).join(', ')})
      AND at >= $3::timestamptz AND (tx, id) > ($4::bigint, $5::uuid)
      AND tx < (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint
    ORDER BY tx, id
    LIMIT $6`,
};

export type NoticeRow = Pick<AuditEventRow, 'tx' | 'id' | 'at' | 'details'> & {
  readonly action: (typeof NOTICES)[number];
};

export interface PageWish {
  readonly after: Position;
  readonly limit: number;
}

export interface NoticeQuery extends PageWish {
  readonly tenantId: string;
  readonly userId: string;
  readonly since: Date;
}

@Injectable()
export class AuditEventRepository {
  constructor(private readonly database: Database) {}

  /** The next ones, oldest first; with a transaction, as a part of that. */
  page(tenantId: string, { after, limit }: PageWish, transaction?: Transaction): Promise<AuditEventRow[]> {
    return this.database.runNamed<AuditEventRow>(PAGE, { tenant: tenantId, ...after, limit }, transaction);
  }

  notices({ tenantId, userId, since, after, limit }: NoticeQuery): Promise<NoticeRow[]> {
    return this.database.run<NoticeRow>(NOTICES_PAGE, [tenantId, userId, since, after.tx, after.id, limit]);
  }
}
