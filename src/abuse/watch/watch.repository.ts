// Owner of the tables observations and look_up_scores.
import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Transaction } from '../../platform/database/database.js';
import { named, type NamedStatement } from '../../platform/database/named-statement.js';
import { inTurn } from '../../platform/database/turn.js';
import { TENANTS_AT_ONCE } from '../tenant-loop.js';
import type { ClientKey } from '../quarantine/quarantine.repository.js';
import type { Scores, Seen } from '../enumeration-score.policy.js';

/** Within this time, a number counts as queried before by the client. */
const SEEN_DAYS = 30;
const SWEPT = 1_000;

// The longest waiting first: a tenant that is always due delays no other.
const DUE: Statement = {
  name: 'watch_due',
  text: `
    SELECT tenants.id AS "tenantId" FROM tenants CROSS JOIN LATERAL (
      SELECT asked_at FROM observations
      WHERE observations.tenant_id = tenants.id AND judged_at IS NULL AND NOT is_blind AND asked_at <= $1::timestamptz
      ORDER BY asked_at LIMIT 1
    ) AS due
    ORDER BY due.asked_at LIMIT ${TENANTS_AT_ONCE}`,
};

const WAIT = named('watch_wait', `SELECT pg_advisory_xact_lock(hashtextextended(:name::text, 0))::text`);

const SWEEP = named(
  'watch_sweep',
  `
    DELETE FROM observations WHERE (tenant_id, number_index, user_id, client_id, is_blind) IN (
      SELECT tenant_id, number_index, user_id, client_id, is_blind FROM observations
      WHERE asked_at < :now::timestamptz - interval '${SEEN_DAYS} days' AND (judged_at IS NOT NULL OR is_blind)
      ORDER BY asked_at LIMIT ${SWEPT})`,
);

const SCORES = named(
  'watch_scores',
  `SELECT subject_id::text AS "subjectId", score FROM look_up_scores WHERE tenant_id = :tenant::uuid`,
);

const CLEAR = named('watch_clear', `DELETE FROM look_up_scores WHERE tenant_id = :tenant::uuid`);

const KEEP = named(
  'watch_keep',
  `
    INSERT INTO look_up_scores (tenant_id, subject_id, score)
    SELECT :tenant::uuid, subject_id::uuid, score FROM jsonb_to_recordset(:scores::jsonb) AS kept(subject_id text, score double precision)
    RETURNING subject_id`,
);

const FORGET = named(
  'watch_forget',
  `
    WITH evaluated AS (
      UPDATE observations SET judged_at = :now::timestamptz
      WHERE tenant_id = :tenant::uuid AND client_id = :client::uuid AND judged_at IS NULL
    )
    DELETE FROM look_up_scores WHERE tenant_id = :tenant::uuid AND subject_id IN (:client::uuid, :tenant::uuid)`,
);

@Injectable()
export class WatchRepository {
  constructor(private readonly database: Database) {}

  /** Tenants with rows that are due. */
  async due(until: Date): Promise<string[]> {
    const rows = await this.database.run<{ tenantId: string }>(DUE, [until]);
    return rows.map(({ tenantId }) => tenantId);
  }

  /** Runs in one transaction. Null: another instance is evaluating this tenant. */
  inTurn<Result>(tenantId: string, work: (transaction: Transaction) => Promise<Result>): Promise<Result | null> {
    return inTurn(this.database, `watch ${tenantId}`, work);
  }

  /** Locks the tenant for other instances until the end of the transaction. */
  async wait(transaction: Transaction, tenantId: string): Promise<void> {
    await this.database.runNamed(WAIT, { name: `watch ${tenantId}` }, transaction);
  }

  /** The questions until then, each once. Deletes old rows. */
  async evaluated(
    transaction: Transaction,
    evaluation: NamedStatement,
    { tenantId, until, now }: Turn,
  ): Promise<Seen[]> {
    const values = { tenant: tenantId, until: until.toISOString(), now: now.toISOString() };
    await this.database.runNamed(SWEEP, values, transaction);
    return this.database.runNamed<Seen>(evaluation, values, transaction);
  }

  async scores(transaction: Transaction, tenantId: string): Promise<Scores> {
    const rows = await this.database.runNamed<ScoreRow>(SCORES, { tenant: tenantId }, transaction);
    const all = new Map(rows.map(({ subjectId, score }) => [subjectId, score]));
    const tenant = all.get(tenantId) ?? 0;
    all.delete(tenantId);
    return { tenant, clients: all };
  }

  async keep(transaction: Transaction, tenantId: string, { tenant, clients }: Scores): Promise<void> {
    const scores = [...clients, [tenantId, tenant] as const]
      .filter(([, score]) => score > 0)
      .map(([subject, score]) => ({ subject_id: subject, score }));
    await this.database.runNamed(CLEAR, { tenant: tenantId }, transaction);
    await this.database.runNamed(KEEP, { tenant: tenantId, scores: JSON.stringify(scores) }, transaction);
  }

  /** Resets the scores of the client and of its tenant. Earlier questions no longer count. */
  async forget(transaction: Transaction, { tenantId, clientId }: ClientKey, now: Date): Promise<void> {
    const values = { tenant: tenantId, client: clientId, now: now.toISOString() };
    await this.database.runNamed(FORGET, values, transaction);
  }
}

export interface Turn {
  readonly tenantId: string;
  readonly until: Date;
  readonly now: Date;
}

interface ScoreRow {
  readonly subjectId: string;
  readonly score: number;
}
