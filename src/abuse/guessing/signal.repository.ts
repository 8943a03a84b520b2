// Owner of the tables signals and signal_cursors.
import { Injectable } from '@nestjs/common';
import { BEGINNING, type AuditEventRow, type Position } from '../../audit/audit-event.repository.js';
import { dateAt } from '../../platform/clock/clock.js';
import { Database, type Statement, type Transaction } from '../../platform/database/database.js';
import { named } from '../../platform/database/named-statement.js';
import { inTurn } from '../../platform/database/turn.js';
import {
  WRONG_OF_LOCKED,
  BLIND_ANSWERED_SHARE,
  BLIND_FROM,
  DENIED_FROM,
  OPENED_FROM,
  type Facts,
  type Signal,
} from './guess.policy.js';

const TENANTS = 64;
/** An answer to a blind look-up may take so long. */
const ANSWERED_MINUTES = 30;
const KEPT_HOURS = 26;

// Whoever was not looked at for the longest time comes first. One probe of the log's index a tenant: as a join it would read the whole log.
const DUE: Statement = {
  name: 'signals_due',
  text: `
    SELECT tenant.id AS "tenantId" FROM tenants AS tenant LEFT JOIN signal_cursors AS cursor ON cursor.tenant_id = tenant.id
    CROSS JOIN LATERAL (
      SELECT FROM audit_events AS event WHERE event.tenant_id = tenant.id
        AND (event.tx, event.id) > (coalesce(cursor.tx, 0), coalesce(cursor.id, '${BEGINNING.id}'::uuid))
        AND event.tx < (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint
      ORDER BY event.tx, event.id LIMIT 1
    ) AS unread
    ORDER BY cursor.tx NULLS FIRST LIMIT ${TENANTS}`,
};

const CURSOR = named('signals_cursor', 'SELECT tx::text, id::text FROM signal_cursors WHERE tenant_id = :tenant::uuid');

const ADVANCE = named(
  'signals_advance',
  `
    INSERT INTO signal_cursors (tenant_id, tx, id) VALUES (:tenant::uuid, :tx::bigint, :id::uuid)
    ON CONFLICT (tenant_id) DO UPDATE SET tx = excluded.tx, id = excluded.id`,
);

const COUNT = named(
  'signals_count',
  `
    WITH swept AS (
      DELETE FROM signals WHERE tenant_id = :tenant::uuid AND slot < :now::timestamptz - interval '${KEPT_HOURS} hours'
    )
    INSERT INTO signals (tenant_id, slot, kind, subject, count)
    SELECT :tenant::uuid, slot, kind, subject, count
    FROM jsonb_to_recordset(:signals::jsonb) AS seen(slot timestamptz, kind text, subject text, count int)
    WHERE slot > :now::timestamptz - interval '${KEPT_HOURS} hours'
    ON CONFLICT (tenant_id, slot, kind, subject) DO UPDATE SET count = signals.count + excluded.count`,
);

const FACTS = named(
  'signals_facts',
  `
    WITH lately AS (
      SELECT kind, subject, sum(count) AS count FROM signals
      WHERE tenant_id = :tenant::uuid AND slot > :now::timestamptz - interval '1 hour' GROUP BY kind, subject
    ),
    blind AS (
      SELECT subject,
        coalesce(sum(count) FILTER (WHERE kind = 'blind_begun' AND slot <= :now::timestamptz - interval '${ANSWERED_MINUTES} minutes'), 0) AS begun,
        coalesce(sum(count) FILTER (WHERE kind = 'blind_answered'), 0) AS answered
      FROM signals
      WHERE tenant_id = :tenant::uuid AND slot > :now::timestamptz - interval '1 day' AND kind IN ('blind_begun', 'blind_answered')
      GROUP BY subject
    )
    SELECT
      (SELECT count(*)::int FROM lately WHERE kind = 'refused') AS "refusedUsers",
      (SELECT count(*)::int FROM lately WHERE kind = 'wrong' AND count >= ${WRONG_OF_LOCKED}) AS "lockedUsers",
      (SELECT count(*)::int FROM lately WHERE kind = 'approved') AS "approvedUsers",
      (SELECT count(*)::int FROM lately AS asked
        WHERE (kind = 'denied' AND count >= ${DENIED_FROM})
          OR (kind = 'opened' AND count >= ${OPENED_FROM}
            AND NOT EXISTS (SELECT FROM lately AS given WHERE given.kind = 'approved' AND given.subject = asked.subject))) AS "bombedUsers",
      ARRAY(SELECT subject FROM blind WHERE begun >= ${BLIND_FROM} AND answered < ${BLIND_ANSWERED_SHARE} * begun ORDER BY subject) AS unanswered`,
);

const TELL = named(
  'signals_tell',
  `
    INSERT INTO signals (tenant_id, slot, kind, subject, count) VALUES (:tenant::uuid, :slot::timestamptz, 'told', :told::text, 1)
    ON CONFLICT DO NOTHING RETURNING subject`,
);

@Injectable()
export class SignalRepository {
  constructor(private readonly database: Database) {}

  /** Tenants of whose log something was not read yet. */
  async due(): Promise<string[]> {
    const rows = await this.database.run<{ tenantId: string }>(DUE, []);
    return rows.map(({ tenantId }) => tenantId);
  }

  /** Reads in one transaction; null where another instance is at it. */
  inTurn<Result>(tenantId: string, work: (transaction: Transaction) => Promise<Result>): Promise<Result | null> {
    return inTurn(this.database, `signals ${tenantId}`, work);
  }

  async cursor(transaction: Transaction, tenantId: string): Promise<Position> {
    const [row] = await this.database.runNamed<Position>(CURSOR, { tenant: tenantId }, transaction);
    return row ?? BEGINNING;
  }

  async advance(
    transaction: Transaction,
    tenantId: string,
    { tx, id }: Pick<AuditEventRow, 'tx' | 'id'>,
  ): Promise<void> {
    await this.database.runNamed(ADVANCE, { tenant: tenantId, tx, id }, transaction);
  }

  async count(transaction: Transaction, { tenantId, now }: At, signals: readonly Signal[]): Promise<void> {
    const rows = signals.map(({ slotMs, ...signal }) => ({ ...signal, slot: dateAt(slotMs) }));
    const values = { tenant: tenantId, now: now.toISOString(), signals: JSON.stringify(rows) };
    await this.database.runNamed(COUNT, values, transaction);
  }

  async facts(transaction: Transaction, { tenantId, now }: At): Promise<Facts> {
    const values = { tenant: tenantId, now: now.toISOString() };
    const [facts] = await this.database.runNamed<Facts>(FACTS, values, transaction);
    if (facts === undefined) throw new Error('BUG: no facts');
    return facts;
  }

  /** True the first time in a quarter of an hour. */
  async tell(
    transaction: Transaction,
    tenantId: string,
    { told, slot }: { told: string; slot: Date },
  ): Promise<boolean> {
    const values = { tenant: tenantId, told, slot: slot.toISOString() };
    return (await this.database.runNamed(TELL, values, transaction)).length === 1;
  }
}

export interface At {
  readonly tenantId: string;
  readonly now: Date;
}
