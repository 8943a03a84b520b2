// Owner of the tables guess_baselines and refused_days: the usual level of a tenant, and refused codes by user and day.
import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database/database.js';
import { named } from '../../platform/database/named-statement.js';
import { COUNTED_DAY_FROM, GUESSED_A_DAY, GUESSED_IN_30_DAYS, type RefusedDay, type Refusals } from './spray.policy.js';

export interface At {
  readonly tenantId: string;
  readonly now: Date;
}

/** The usual level, and whether yesterday has to be added to it. */
export interface Baseline {
  readonly mean: number | null;
  readonly isDue: boolean;
}

const YESTERDAY = "((:now::timestamptz AT TIME ZONE 'UTC')::date - 1)";

const FIND = named(
  'guess_baseline_find',
  `SELECT mean, day < ${YESTERDAY} AS "isDue" FROM guess_baselines WHERE tenant_id = :tenant::uuid`,
);

/** An approved code within this time resolves a refused one of the same user. */
const RESOLVED_WITHIN = "interval '30 minutes'";

/** Of a row of signals: a refused code without an approved one of its user in the half hour after. */
export const IS_UNRESOLVED = `kind = 'refused' AND max(slot) FILTER (WHERE kind = 'approved')
        OVER (PARTITION BY subject ORDER BY slot RANGE BETWEEN CURRENT ROW AND ${RESOLVED_WITHIN} FOLLOWING) IS NULL`;

const startOf = (day: string) => `(${day})::timestamp AT TIME ZONE 'UTC'`;

const DAY = named(
  'guess_baseline_day',
  `
    SELECT count(DISTINCT subject) FILTER (WHERE is_unresolved)::int AS unresolved,
      count(DISTINCT subject) FILTER (WHERE kind = 'approved')::int AS approved
    FROM (
      SELECT slot, subject, kind, ${IS_UNRESOLVED} AS is_unresolved FROM signals
      WHERE tenant_id = :tenant::uuid AND kind IN ('refused', 'approved')
        AND slot >= ${startOf(YESTERDAY)} AND slot < ${startOf(`${YESTERDAY} + 1`)} + ${RESOLVED_WITHIN}
    ) AS seen
    WHERE slot < ${startOf(`${YESTERDAY} + 1`)}`,
);

const LEARN = named(
  'guess_baseline_learn',
  `
    WITH swept AS (
      DELETE FROM refused_days WHERE tenant_id = :tenant::uuid
        AND (day < ${YESTERDAY} - 29 OR (day < ${YESTERDAY} AND count < ${COUNTED_DAY_FROM}))
    )
    INSERT INTO guess_baselines (tenant_id, day, mean) VALUES (:tenant::uuid, ${YESTERDAY}, :mean::float8)
    ON CONFLICT (tenant_id) DO UPDATE SET day = excluded.day, mean = excluded.mean`,
);

const COUNT = named(
  'refused_days_count',
  `
    WITH counted AS (
      INSERT INTO refused_days (tenant_id, user_id, day, count)
      SELECT :tenant::uuid, seen."user", day, count FROM jsonb_to_recordset(:refused::jsonb) AS seen("user" text, day date, count int)
      ON CONFLICT (tenant_id, user_id, day) DO UPDATE SET count = refused_days.count + excluded.count
      RETURNING user_id, day, count
    )
    SELECT count(*)::int AS users FROM counted WHERE count >= ${GUESSED_A_DAY} OR (count >= ${COUNTED_DAY_FROM} AND
      count + (SELECT coalesce(sum(past.count), 0) FROM refused_days AS past
               WHERE past.tenant_id = :tenant::uuid AND past.user_id = counted.user_id AND past.day < counted.day
                 AND past.day > counted.day - 30 AND past.count >= ${COUNTED_DAY_FROM}) >= ${GUESSED_IN_30_DAYS})`,
);

@Injectable()
export class GuessBaselineRepository {
  constructor(private readonly database: Database) {}

  async find(transaction: Transaction, at: At): Promise<Baseline> {
    const [row] = await this.database.runNamed<Baseline>(FIND, valuesOf(at), transaction);
    return row ?? { mean: null, isDue: true };
  }

  async yesterday(transaction: Transaction, at: At): Promise<Refusals> {
    const [row] = await this.database.runNamed<Refusals>(DAY, valuesOf(at), transaction);
    return row ?? { unresolved: 0, approved: 0 };
  }

  async learn(transaction: Transaction, at: At, mean: number): Promise<void> {
    await this.database.runNamed(LEARN, { ...valuesOf(at), mean }, transaction);
  }

  /** How many of the users with new refused codes are being guessed at. */
  async addRefused(transaction: Transaction, { tenantId }: At, refused: readonly RefusedDay[]): Promise<number> {
    if (refused.length === 0) return 0;
    const values = { tenant: tenantId, refused: JSON.stringify(refused) };
    const [row] = await this.database.runNamed<{ users: number }>(COUNT, values, transaction);
    return row?.users ?? 0;
  }
}

function valuesOf({ tenantId, now }: At) {
  return { tenant: tenantId, now: now.toISOString() };
}
