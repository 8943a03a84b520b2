// Reads the log of one tenant in the order of its numbers. An event is numbered after its commit, so one that commits
// late is never behind a reader's cursor (R-07, order/event-order.repository.ts).
import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../platform/database/database.js';
import { named } from '../platform/database/named-statement.js';
import type { AuditDetails } from '../contract/audit-actions.js';
import type { Notice } from './notices.js';

export interface AuditEventRow {
  /**
   * Its number among the tenant's events: 1, 2, 3 … without gaps. Digits, since it may be too long for a JavaScript
   * number.
   */
  readonly number: string;
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

/** Before the first event. */
export const BEFORE_FIRST = '0';

// One look-up by key for each number, so that stale statistics of the planner do not matter. Numbers have no gaps, so a
// page is a range.
const EVENT_OF_NUMBER = `
    CROSS JOIN LATERAL (
      SELECT * FROM audit_events WHERE (tenant_id, tx, id) = (numbered.tenant_id, numbered.tx, numbered.id) OFFSET 0) AS event`;

const PAGE = named(
  'audit_page',
  `
    SELECT numbered.number::text, event.tx::text, event.id, at, action, reason, client_id, user_id, target_id, address, end_user_address,
      request_id, details
    FROM audit_numbers AS numbered ${EVENT_OF_NUMBER}
    WHERE numbered.tenant_id = :tenant::uuid AND numbered.number > :after::bigint AND numbered.number <= :after::bigint + :limit::int
    ORDER BY numbered.number`,
);

const NOTICES_PAGE = named(
  'audit_notices',
  `
    SELECT numbered.number::text, event.id, at, action, details
    FROM audit_numbers AS numbered ${EVENT_OF_NUMBER}
    WHERE numbered.tenant_id = :tenant::uuid AND numbered.noticed_by = :user AND numbered.number > :after::bigint AND at >= :since::timestamptz
    ORDER BY numbered.number
    LIMIT :limit::int`,
);

const NEWEST = named(
  'audit_newest',
  'SELECT coalesce(max(number), 0)::text AS number FROM audit_numbers WHERE tenant_id = :tenant::uuid',
);

const HOLDS = named(
  'audit_holds',
  'SELECT FROM audit_numbers WHERE tenant_id = :tenant::uuid AND number = :number::bigint AND id = :id::uuid',
);

export type NoticeRow = Pick<AuditEventRow, 'number' | 'id' | 'at' | 'details'> & { readonly action: Notice };

export interface PageWish {
  /** Reads what follows this number. */
  readonly after: string;
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

  /** The next events, oldest first. Within the transaction if one is given. */
  page(tenantId: string, { after, limit }: PageWish, transaction?: Transaction): Promise<AuditEventRow[]> {
    return this.database.runNamed<AuditEventRow>(PAGE, { tenant: tenantId, after, limit }, transaction);
  }

  notices({ tenantId, userId, since, after, limit }: NoticeQuery): Promise<NoticeRow[]> {
    const values = { tenant: tenantId, user: userId, since: since.toISOString(), after, limit };
    return this.database.runNamed<NoticeRow>(NOTICES_PAGE, values);
  }

  /** The number of the tenant's newest event. `0` if it has none. */
  async newest(tenantId: string): Promise<string> {
    const [row] = await this.database.runNamed<{ number: string }>(NEWEST, { tenant: tenantId });
    return row?.number ?? BEFORE_FIRST;
  }

  /** Whether the event of this id has this number. */
  async holds(tenantId: string, { number, id }: Pick<AuditEventRow, 'number' | 'id'>): Promise<boolean> {
    return (await this.database.runNamed(HOLDS, { tenant: tenantId, number, id })).length === 1;
  }
}
