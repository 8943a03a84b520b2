// Records the first question of a client about a number. Whether the number is registered is not stored; it is looked
// up an hour later (look-up-watch.ts).
import { named, type NamedStatement } from '../../platform/database/named-statement.js';
import type { NumberFacts } from '../number-facts.js';

/** Rows that are evaluated in one turn. */
export const ROWS_IN_TURN = 500;

/**
 * A piece of the statement of a look-up, with its parameters, `:hundred` (Numbers.hundredIndexOf) and `:asked_user`:
 * the user in question, or an empty text. SECURITY(T-41): a row for every answer, yes or no. No row if this client
 * queried the number before.
 */
export const OBSERVED = observed(false);
/** The same for a look-up whose answer reveals nothing. */
export const OBSERVED_BLIND = observed(true);

function observed(isBlind: boolean): string {
  return `
      INSERT INTO observations (tenant_id, number_index, user_id, client_id, is_blind, hundred_index, asked_at)
      VALUES (:tenant::uuid, :number::bytea, :asked_user::text, :client::uuid, ${isBlind}, :hundred::bytea, :now::timestamptz)
      ON CONFLICT DO NOTHING`;
}

/**
 * In the order of the questions; only the first about a number is new to the tenant. SECURITY(T-41): of several
 * questions about one user only the first counts. A person who types five wrong numbers is not a list (the limit is
 * five a day). `IS NOT TRUE` keeps the planner of PostgreSQL 18 from an index search that skips clients and then reads
 * the whole table for each number.
 */
export function evaluationWith({ isKnown }: NumberFacts): NamedStatement {
  return named(
    'watch_evaluate',
    `
    WITH due AS (
      SELECT tenant_id, number_index, user_id, client_id, is_blind FROM observations
      WHERE tenant_id = :tenant::uuid AND judged_at IS NULL AND NOT is_blind AND asked_at <= :until::timestamptz
      ORDER BY asked_at, client_id, number_index, user_id LIMIT ${ROWS_IN_TURN} FOR UPDATE
    ),
    asked AS (
      UPDATE observations SET judged_at = :now::timestamptz FROM due
      WHERE observations.tenant_id = due.tenant_id AND observations.number_index = due.number_index
        AND observations.user_id = due.user_id AND observations.client_id = due.client_id
        AND observations.is_blind = due.is_blind
      RETURNING observations.*
    )
    SELECT client_id::text AS "clientId", (${isKnown}) AS "isKnown",
      CASE WHEN user_id = '' THEN NOT EXISTS (
        SELECT FROM observations AS before
        WHERE before.tenant_id = asked.tenant_id AND before.number_index = asked.number_index AND before.user_id = ''
          AND before.is_blind IS NOT TRUE AND (before.asked_at, before.client_id) < (asked.asked_at, asked.client_id))
      ELSE NOT EXISTS (${earlierOfUser()}) END AS "isNewToTenant"
    FROM asked WHERE user_id = '' OR NOT EXISTS (${earlierOfUser()} AND before.client_id = asked.client_id)
    ORDER BY asked_at, client_id, number_index, user_id`,
  );
}

function earlierOfUser(): string {
  return `
        SELECT FROM observations AS before
        WHERE before.tenant_id = asked.tenant_id AND before.user_id = asked.user_id AND before.user_id <> '' AND before.is_blind IS NOT TRUE
          AND (before.asked_at, before.client_id, before.number_index) < (asked.asked_at, asked.client_id, asked.number_index)`;
}
