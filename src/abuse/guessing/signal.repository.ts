// Owner of the tables signals and signal_cursors.
import { Injectable } from '@nestjs/common';
import { BEFORE_FIRST, type AuditEventRow } from '../../audit/audit-event.repository.js';
import { dateAt } from '../../platform/clock/clock.js';
import { Database, type Statement, type Transaction } from '../../platform/database/database.js';
import { named } from '../../platform/database/named-statement.js';
import { inTurn } from '../../platform/database/turn.js';
import { TENANTS_AT_ONCE } from '../tenant-loop.js';
import { IS_UNRESOLVED, type At } from './guess-baseline.repository.js';
import {
  MISSING_STEP_UPS_FROM,
  STEP_UPS_FROM,
  UNLOCKED_FROM,
  WRONG_OF_LOCKED,
  BLIND_ANSWERED_SHARE,
  BLIND_FROM,
  DENIED_FROM,
  OPENED_FROM,
  type Facts,
  type Signal,
  type SignalKind,
} from './guess.policy.js';

/** Time that a blind look-up has for an answer. */
const ANSWERED_MINUTES = 30;
const KEPT_HOURS = 26;

// The least recently read tenants first; one look-up by key for each tenant. A cursor without a number belongs to a
// tenant whose older events are being numbered.
const DUE: Statement = {
  name: 'signals_due',
  text: `
    SELECT tenant.id AS "tenantId" FROM tenants AS tenant LEFT JOIN signal_cursors AS cursor ON cursor.tenant_id = tenant.id
    WHERE EXISTS (
      SELECT FROM audit_numbers AS numbered
      WHERE numbered.tenant_id = tenant.id AND numbered.number = 1 + CASE WHEN cursor.tenant_id IS NULL THEN 0 ELSE cursor.number END OFFSET 0)
    ORDER BY cursor.read_at NULLS FIRST LIMIT ${TENANTS_AT_ONCE}`,
};

const CURSOR = named('signals_cursor', 'SELECT number::text FROM signal_cursors WHERE tenant_id = :tenant::uuid');

// Older instances continue from transaction and id.
const ADVANCE = named(
  'signals_advance',
  `
    INSERT INTO signal_cursors (tenant_id, tx, id, number, read_at)
    VALUES (:tenant::uuid, :tx::bigint, :id::uuid, :number::bigint, :now::timestamptz)
    ON CONFLICT (tenant_id) DO UPDATE SET tx = excluded.tx, id = excluded.id, number = excluded.number, read_at = excluded.read_at`,
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

// Each part reads its rows once, without a join. So the cost grows with the rows even if the planner's statistics of
// the table are stale.
const FACTS = named(
  'signals_facts',
  `
    WITH lately AS (
      SELECT subject, kind, count, ${IS_UNRESOLVED} AS is_unresolved
      FROM signals WHERE tenant_id = :tenant::uuid AND slot > :now::timestamptz - interval '1 hour'
    ),
    subjects AS (
      SELECT bool_or(is_unresolved) AS is_unresolved, ${sumsOf('refused', 'approved', 'denied', 'opened', 'step_up_refused', 'step_up_missing', 'factor_changed')}
      FROM lately GROUP BY subject
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
      count(*) FILTER (WHERE is_unresolved)::int AS "unresolvedUsers",
      count(*) FILTER (WHERE refused >= ${WRONG_OF_LOCKED})::int AS "lockedUsers",
      count(*) FILTER (WHERE approved > 0)::int AS "approvedUsers",
      count(*) FILTER (WHERE denied >= ${DENIED_FROM} OR (opened >= ${OPENED_FROM} AND approved = 0))::int AS "bombedUsers",
      (SELECT count(*)::int FROM (
        SELECT FROM signals WHERE tenant_id = :tenant::uuid AND slot > :now::timestamptz - interval '1 day' AND kind = 'unlocked'
        GROUP BY subject HAVING sum(count) >= ${UNLOCKED_FROM}) AS often) AS "unlockedUsers",
      count(*) FILTER (WHERE step_up_refused >= ${STEP_UPS_FROM}
        OR (step_up_missing >= ${MISSING_STEP_UPS_FROM} AND factor_changed = 0))::int AS "steppedUsers",
      count(*) FILTER (WHERE step_up_refused > 0)::int AS "refusedStepUps",
      count(*) FILTER (WHERE step_up_missing > 0 AND factor_changed = 0)::int AS "missingStepUps",
      ARRAY(SELECT subject FROM blind WHERE begun >= ${BLIND_FROM} AND answered < ${BLIND_ANSWERED_SHARE} * begun ORDER BY subject) AS unanswered
    FROM subjects`,
);

function sumsOf(...kinds: SignalKind[]): string {
  return kinds.map((kind) => `coalesce(sum(count) FILTER (WHERE kind = '${kind}'), 0) AS ${kind}`).join(', ');
}

const MARK_ALERT = named(
  'signals_mark_alert',
  `
    INSERT INTO signals (tenant_id, slot, kind, subject, count) VALUES (:tenant::uuid, :slot::timestamptz, 'told', :alert::text, 1)
    ON CONFLICT DO NOTHING RETURNING subject`,
);

@Injectable()
export class SignalRepository {
  constructor(private readonly database: Database) {}

  /** Tenants with unread events. */
  async due(): Promise<string[]> {
    const rows = await this.database.run<{ tenantId: string }>(DUE, []);
    return rows.map(({ tenantId }) => tenantId);
  }

  /** Reads in one transaction. Null: another instance is reading. */
  inTurn<Result>(tenantId: string, work: (transaction: Transaction) => Promise<Result>): Promise<Result | null> {
    return inTurn(this.database, `signals ${tenantId}`, work);
  }

  /** The number of the last event that was read. Null while the tenant's older events are being numbered. */
  async cursor(transaction: Transaction, tenantId: string): Promise<string | null> {
    const [row] = await this.database.runNamed<{ number: string | null }>(CURSOR, { tenant: tenantId }, transaction);
    return row === undefined ? BEFORE_FIRST : row.number;
  }

  async advance(transaction: Transaction, { tenantId, now }: At, { number, tx, id }: AuditEventRow): Promise<void> {
    const values = { tenant: tenantId, tx, id, number, now: now.toISOString() };
    await this.database.runNamed(ADVANCE, values, transaction);
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

  /** True the first time in 15 minutes. */
  async isFirstAlert(
    transaction: Transaction,
    tenantId: string,
    { alert, slot }: { alert: string; slot: Date },
  ): Promise<boolean> {
    const values = { tenant: tenantId, alert, slot: slot.toISOString() };
    return (await this.database.runNamed(MARK_ALERT, values, transaction)).length === 1;
  }
}
