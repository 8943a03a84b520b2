// The statements over the tables user_queries and user_proofs. A row says that a client queried a user on a day. The
// user is stored as a keyed hash.
import { named } from '../../platform/database/named-statement.js';
import { TENANTS_AT_ONCE } from '../tenant-loop.js';
import { PROOF_MINUTES } from './harvest.policy.js';

/** Rows that are evaluated, and deleted, in one turn. */
export const ROWS = 2_000;
const DAY_OF = (instant: string) => `(${instant}::timestamptz AT TIME ZONE 'UTC')::date`;
const START_OF_YESTERDAY = `(${DAY_OF(':now')} - 1)::timestamp AT TIME ZONE 'UTC'`;
const ENROLLED = (user: string) =>
  `EXISTS (SELECT FROM users WHERE users.tenant_id = :tenant::uuid AND users.user_id = ${user} AND users.enrolled_at IS NOT NULL)`;

/**
 * One row the first time in a day, for every user. SECURITY(T-52): on routes that can be blocked, enrolled and other
 * users are counted together. Otherwise a client could learn from its block who is enrolled.
 */
export const NOTE = named(
  'user_query_note',
  `
    INSERT INTO user_queries (tenant_id, user_index, day, client_id, is_stoppable, is_enrolled, asked_at, due_at)
    SELECT :tenant::uuid, :user_index::bytea, ${DAY_OF(':now')}, :client::uuid, :stoppable::boolean, (:stoppable::boolean OR ${ENROLLED(':user::text')}),
           :now::timestamptz, :now::timestamptz
    ON CONFLICT DO NOTHING`,
);

/**
 * The same for events of the audit log. An accepted proof makes the queries of its user due again. The users are also
 * passed as an array. So the planner finds their queries by key, even if it takes the table for a small one.
 */
export const TAKE = named(
  'user_query_take',
  `
    WITH seen AS (
      SELECT user_id, decode(user_index, 'hex') AS user_index, client_id, at, is_proof
      FROM jsonb_to_recordset(:seen::jsonb) AS row(user_id text, user_index text, client_id uuid, at timestamptz, is_proof boolean)
    ),
    asked AS (
      INSERT INTO user_queries (tenant_id, user_index, day, client_id, is_stoppable, is_enrolled, asked_at, due_at)
      SELECT DISTINCT ON (user_index, ${DAY_OF('at')}, client_id)
             :tenant::uuid, user_index, ${DAY_OF('at')}, client_id, false, ${ENROLLED('seen.user_id')}, at, :now::timestamptz
      FROM seen WHERE client_id IS NOT NULL ORDER BY user_index, ${DAY_OF('at')}, client_id, at
      ON CONFLICT DO NOTHING
    ),
    latest AS (SELECT user_index, max(at) AS at FROM seen WHERE is_proof GROUP BY user_index),
    proven AS (
      INSERT INTO user_proofs (tenant_id, user_index, proven_at) SELECT :tenant::uuid, user_index, at FROM latest ORDER BY user_index
      ON CONFLICT (tenant_id, user_index) DO UPDATE SET proven_at = greatest(user_proofs.proven_at, excluded.proven_at)
    )
    UPDATE user_queries AS waiting SET due_at = :now::timestamptz FROM latest
    WHERE waiting.tenant_id = :tenant::uuid AND waiting.user_index = ANY (ARRAY(SELECT user_index FROM latest))
      AND waiting.user_index = latest.user_index AND waiting.state IN ('open', 'unproven')
      AND waiting.asked_at >= latest.at - interval '${PROOF_MINUTES} minutes'`,
);

export const DUE = named(
  'user_query_due',
  `
    SELECT tenants.id AS "tenantId" FROM tenants CROSS JOIN LATERAL (
      SELECT due_at FROM user_queries WHERE user_queries.tenant_id = tenants.id AND due_at <= :now::timestamptz ORDER BY due_at LIMIT 1
    ) AS due
    ORDER BY due.due_at LIMIT ${TENANTS_AT_ONCE}`,
);

/** The new classes of queries, by client, kind and day. `before` is null the first time. */
export const CLASSIFY = named(
  'user_query_classify',
  `
    WITH due AS (
      SELECT tenant_id, user_index, day, client_id, is_stoppable, is_enrolled, asked_at, state AS before,
        CASE
          WHEN EXISTS (
            SELECT FROM user_proofs WHERE user_proofs.tenant_id = user_queries.tenant_id AND user_proofs.user_index = user_queries.user_index
              AND proven_at >= asked_at - interval '${PROOF_MINUTES} minutes') THEN 'proven'
          WHEN asked_at <= :now::timestamptz - interval '${PROOF_MINUTES} minutes' THEN 'unproven'
          ELSE 'open'
        END AS after
      FROM user_queries WHERE tenant_id = :tenant::uuid AND due_at <= :now::timestamptz
      ORDER BY due_at LIMIT ${ROWS} FOR UPDATE SKIP LOCKED
    ),
    classified AS (
      UPDATE user_queries AS asked SET state = after,
        due_at = CASE WHEN after = 'open' THEN due.asked_at + interval '${PROOF_MINUTES} minutes' END
      FROM due
      WHERE asked.tenant_id = due.tenant_id AND asked.user_index = due.user_index AND asked.day = due.day
        AND asked.client_id = due.client_id AND asked.is_stoppable = due.is_stoppable
    )
    SELECT client_id::text AS "clientId", is_stoppable AS "isStoppable", is_enrolled AS "isEnrolled",
      day - date '1970-01-01' AS day, before, after, count(*)::int AS users
    FROM due GROUP BY client_id, is_stoppable, is_enrolled, day, before, after`,
);

/** A query is kept on its day and the next one, to recognise the same query again. */
export const SWEEP = named(
  'user_query_sweep',
  `
    WITH old_proofs AS (
      DELETE FROM user_proofs WHERE (tenant_id, user_index) IN (
        SELECT tenant_id, user_index FROM user_proofs
        WHERE tenant_id = :tenant::uuid AND proven_at < :now::timestamptz - interval '1 day' ORDER BY proven_at LIMIT ${ROWS})
    )
    DELETE FROM user_queries WHERE (tenant_id, user_index, day, client_id, is_stoppable) IN (
      SELECT tenant_id, user_index, day, client_id, is_stoppable FROM user_queries
      WHERE tenant_id = :tenant::uuid AND asked_at < ${START_OF_YESTERDAY} ORDER BY asked_at LIMIT ${ROWS})`,
);
