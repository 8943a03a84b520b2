// Owner of the table budgets. Several budgets are spent together or not at all, in one statement, exact over all
// instances. If the database does not answer, the request is refused.
import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { BlindIndex } from '../../platform/crypto/blind-index.js';
import { Database, type Statement, type Transaction } from '../../platform/database/database.js';
import { named } from '../../platform/database/named-statement.js';
import { Problem } from '../../platform/errors/problem.js';
import type { Budget } from './budget.policy.js';

const SLOTS_OF_WINDOW = 24;

const SPEND: Statement = {
  name: 'budgets_spend',
  text: 'SELECT spend_budgets($1::uuid, $2::bytea[], $3::int[], $4::bigint[], $5::bigint, $6::boolean) AS "waitMs"',
};

/** The same within a transaction, whose parameters are texts. */
const SPEND_WITHIN = named(
  'budgets_spend_within',
  `
    SELECT spend_budgets(:tenant::uuid, array_agg(decode(wanted.key, 'hex') ORDER BY place), array_agg(most ORDER BY place),
      array_agg(slot_ms ORDER BY place), :now_ms::bigint, false) AS "waitMs"
    FROM ROWS FROM (jsonb_to_recordset(:budgets::jsonb) AS (key text, most int, slot_ms bigint)) WITH ORDINALITY AS wanted(key, most, slot_ms, place)`,
);

const SWEPT = 8;
/**
 * A row outlives its window by more than the clocks of two instances can differ: a deleted row gives its units back.
 */
const KEPT_MINUTES = 5;
/** A few expired rows of a tenant, in a statement of its own that holds no other lock. */
export const SWEEP: Statement = {
  name: 'budgets_sweep',
  text: `
    DELETE FROM budgets WHERE (tenant_id, key) IN (
      SELECT tenant_id, key FROM budgets WHERE tenant_id = $1::uuid AND expires_at < to_timestamp($2::bigint / 1000.0) - interval '${KEPT_MINUTES} minutes'
      ORDER BY expires_at LIMIT ${SWEPT} FOR UPDATE SKIP LOCKED)`,
};

const SPENT: Statement = {
  name: 'budgets_spent',
  text: `
    SELECT coalesce((SELECT spent_since(counts, slot, $3::bigint) FROM budgets WHERE tenant_id = $1::uuid AND key = wanted.key), 0)::int AS spent
    FROM unnest($2::bytea[]) WITH ORDINALITY AS wanted(key, place) ORDER BY place`,
};

const FULL: Statement = {
  name: 'budgets_full',
  text: `
    SELECT EXISTS (
      SELECT FROM unnest($2::bytea[], $3::int[], $4::bigint[]) AS wanted(key, most, size)
        JOIN budgets AS budget ON budget.tenant_id = $1::uuid AND budget.key = wanted.key
      WHERE spent_since(budget.counts, budget.slot, $5::bigint / size) >= most
    ) AS "isFull"`,
};

@Injectable()
export class Budgets {
  constructor(
    private readonly database: Database,
    private readonly index: BlindIndex,
    private readonly clock: Clock,
  ) {}

  /**
   * Spends one unit of each, or none. A `memo` that was spent within its window already marks a repeated question,
   * which is free.
   * @returns milliseconds until each has room; 0 if all were spent.
   * @throws Problem `service_unavailable` if it cannot be counted.
   */
  async spend(tenantId: string, budgets: readonly Budget[], memo?: Budget): Promise<number> {
    const all = memo ? [memo, ...budgets] : budgets;
    const nowMs = this.clock.nowMs();
    const [row] = await this.database.run<{ waitMs: string }>(SPEND, [
      tenantId,
      this.keysOf(tenantId, all),
      all.map(({ most }) => most),
      all.map(slotOf),
      nowMs,
      memo !== undefined,
    ]);
    await this.database.run(SWEEP, [tenantId, nowMs]);
    if (!row) throw new Error('BUG: a budget has no answer');
    return Number(row.waitMs);
  }

  /**
   * Spends one unit of each, or none, if the transaction commits. Its rows stay locked until then: call it last. False
   * if one is used up.
   * @throws Problem as `spend`.
   */
  async spendWithin(transaction: Transaction, tenantId: string, budgets: readonly Budget[]): Promise<boolean> {
    const keys = this.keysOf(tenantId, budgets);
    const rows = budgets.map((each, index) => ({
      key: keys[index]?.toString('hex'),
      most: each.most,
      slot_ms: slotOf(each),
    }));
    const values = { tenant: tenantId, now_ms: this.clock.nowMs(), budgets: JSON.stringify(rows) };
    const [row] = await this.database
      .runNamed<{ waitMs: bigint }>(SPEND_WITHIN, values, transaction)
      .catch((error: unknown) => {
        throw new Problem('service_unavailable', { cause: error });
      });
    if (!row) throw new Error('BUG: a budget has no answer');
    return Number(row.waitMs) === 0;
  }

  /** Whether one of these budgets is used up. */
  async isFull(tenantId: string, budgets: readonly Budget[]): Promise<boolean> {
    const most = budgets.map((each) => each.most);
    const values = [tenantId, this.keysOf(tenantId, budgets), most, budgets.map(slotOf), this.clock.nowMs()];
    const [row] = await this.database.run<{ isFull: boolean }>(FULL, values);
    return row?.isFull === true;
  }

  /** The same for a request: the client has to wait. @throws Problem `too_many_requests`, and as `spend`. */
  async charge(tenantId: string, budgets: readonly Budget[], memo?: Budget): Promise<void> {
    const waitMs = await this.spend(tenantId, budgets, memo);
    if (waitMs > 0) throw Problem.tooMany(waitMs);
  }

  /** Spent units of budgets with one window. */
  async spent(tenantId: string, budgets: readonly Budget[]): Promise<number[]> {
    const [first] = budgets;
    if (!first) return [];
    const present = Math.floor(this.clock.nowMs() / slotOf(first));
    const rows = await this.database.run<{ spent: number }>(SPENT, [tenantId, this.keysOf(tenantId, budgets), present]);
    return rows.map(({ spent }) => spent);
  }

  private keysOf(tenantId: string, budgets: readonly Budget[]): Buffer[] {
    return budgets.map(({ name, subject }) => this.index.of(tenantId, 'budget', `${name}\0${subject}`));
  }
}

function slotOf({ windowMs }: Budget): number {
  return windowMs / SLOTS_OF_WINDOW;
}
