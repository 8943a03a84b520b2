// The statement that judges one attempt to prove something. One row decides: the user's row holds what was claimed, what
// was counted and what is locked, so its row lock orders all guesses, and one update claims a step or counts a wrong code.
// The audit event rides in the same statement: one round trip, one commit (R-02, R-03, R-07).
//
// SECURITY(T-03): lock and limit are part of the update itself. Read before it, parallel guesses would all see an open door.
// SECURITY(T-04): whatever the verdict, one row of users is updated and one event is inserted, so that time does not tell
// one refusal from another.
// SECURITY(T-15): a replay and a try while locked do not count, or a stranger's tries would keep the owner out for longer.
import type { Statement } from '../platform/database/database.js';
import { FIRST_LOCK_AT, lockLadder, STOP_AT, STOP_WINDOW_DAYS } from './attempt.policy.js';

/** A step that no factor can claim: what a wrong code is judged with. */
export const NO_STEP = -1;

/** Which four columns count: wrong codes of one budget neither lock nor stop the other. */
export type Budget = 'one_time_codes' | 'recovery_codes';

export interface AttemptKind {
  readonly name: string;
  readonly budget: Budget;
  /** `verify` claims a step of an active factor; `enrol` makes a pending factor active, and claims its first step. */
  readonly effect: 'verify' | 'enrol';
  /** The reason when a right code could not be claimed though the door was open. */
  readonly missed: 'replayed_code' | 'not_pending';
  readonly approved: string;
  readonly refused: string;
  /** A further CTE over `judged`, with the parameters below: an event of the method's own. */
  readonly told?: string;
}

// $1 tenant, $2 user, $3 what is claimed: the factor or one code of it, $4 step, $5 now, $6 failures kept, $7 `not_enrolled` or
// null; then of the event $8 tenant, $9 id, $10 client, $11 user, $12 address, $13 request id, $14 factor.
export function attemptStatement(kind: AttemptKind): Statement {
  const text = `
    WITH judged AS (
      UPDATE users SET ${inBudget(assignments(kind), kind.budget)}
      WHERE tenant_id = $1::uuid AND user_id = $2
      RETURNING last_refusal, claims
    )${kind.effect === 'enrol' ? ACTIVATION : ''}${kind.told === undefined ? '' : `, told AS (${kind.told})`}
    INSERT INTO audit_events (tenant_id, id, at, action, reason, client_id, user_id, target_id, address, request_id)
    SELECT $8::uuid, $9::uuid, $5::timestamptz, CASE WHEN last_refusal IS NULL THEN '${kind.approved}' ELSE '${kind.refused}' END,
           coalesce($7::text, last_refusal), $10::uuid, $11, CASE WHEN $7::text IS NULL THEN $14::uuid END, $12, $13
    FROM judged
    RETURNING reason`;
  return { name: kind.name, text };
}

const OPEN = '(codes_stopped_at IS NULL AND (locked_until IS NULL OR locked_until <= $5::timestamptz))';
const WRONG = `(${OPEN} AND $4::bigint = ${NO_STEP})`;
// SECURITY(T-01): RFC 6238 §5.2: a code must not be accepted a second time; steps of a factor strictly increase.
const UNUSED = '$4::bigint > (claims ->> $3::text)::bigint';
// SECURITY(T-13): who was enrolled in the meantime needs a step-up for what was opened before, and the factor that was proven
// then must count still. Without this, one opened before the first activation would become a second factor on the word of
// a token, and one opened with a stolen authenticator would outlive that authenticator's removal.
const STILL_AUTHORIZED = `($4::bigint <> ${NO_STEP} AND pending ? $3::text
        AND coalesce(enrolled_at IS NULL OR claims ? (pending -> $3::text ->> 'by'), false))`;
const ACTIVATE = `
      UPDATE factors SET status = 'active', activated_at = $5::timestamptz, expires_at = NULL
      FROM judged WHERE last_refusal IS NULL AND factors.tenant_id = $1::uuid AND factors.id = ($3::text)::uuid`;
const VOID_OTHERS = `
      DELETE FROM factors USING judged WHERE last_refusal IS NULL AND factors.tenant_id = $1::uuid AND factors.user_id = $2
        AND factors.status = 'pending' AND factors.id <> ($3::text)::uuid`;
// What a factor replaces goes in the same act, with an event of its own.
const REPLACE = `
      DELETE FROM factors AS old USING judged, factors AS new
      WHERE last_refusal IS NULL AND new.tenant_id = $1::uuid AND new.id = ($3::text)::uuid
        AND old.tenant_id = $1::uuid AND old.user_id = $2 AND old.id = new.replaces
      RETURNING old.id`;
const REPLACED_EVENT = `
      INSERT INTO audit_events (tenant_id, id, at, action, client_id, user_id, target_id, address, request_id)
      SELECT $8::uuid, gen_random_uuid(), $5::timestamptz, 'factor.removed', $10::uuid, $11, id, $12, $13 FROM replaced`;
const ACTIVATION = `, activated AS (${ACTIVATE}), voided AS (${VOID_OTHERS}), replaced AS (${REPLACE}), told AS (${REPLACED_EVENT})`;

// SECURITY(T-15): the columns of another budget are neither read nor written. Else a stranger's wrong one-time codes would
// close the way back in that recovery codes are.
function inBudget(sql: string, budget: Budget): string {
  if (budget === 'one_time_codes') return sql;
  return sql.replaceAll(/\b(?=(?:consecutive_failures|recent_failures|locked_until|codes_stopped_at)\b)/g, 'recovery_');
}

/** Every expression sees the row as it was before; none sees what another assigns. */
function assignments({ effect, missed }: AttemptKind): string {
  const isRight = `(${OPEN} AND ${effect === 'enrol' ? STILL_AUTHORIZED : UNUSED})`;
  const claimed =
    effect === 'enrol'
      ? "(claims - coalesce(pending -> $3::text ->> 'replaces', '')) || jsonb_build_object($3::text, $4::bigint)"
      : 'jsonb_set(claims, ARRAY[$3::text], to_jsonb($4::bigint))';
  return `
        last_tried_at = $5::timestamptz,
        last_refusal = CASE WHEN ${isRight} THEN NULL
                            WHEN codes_stopped_at IS NOT NULL THEN 'codes_stopped'
                            WHEN NOT ${OPEN} THEN 'locked'
                            WHEN ${WRONG} THEN 'wrong_code'
                            ELSE '${missed}' END,
        claims = CASE WHEN ${isRight} THEN ${claimed} ELSE claims END,
        ${
          effect === 'enrol'
            ? `enrolled_at = CASE WHEN ${isRight} THEN coalesce(enrolled_at, $5::timestamptz) ELSE enrolled_at END,
        pending = CASE WHEN ${isRight} THEN '{}' ELSE pending END,`
            : ''
        }
        ${counters(isRight)}`;
}

/** A wrong code counts, locks from the fifth in a row, and stops at the hundredth in 30 days; a success clears the row and the lock. */
function counters(isRight: string): string {
  const ladder = lockLadder();
  const rung = `(ARRAY[${ladder.join(',')}])[least(consecutive_failures + ${2 - FIRST_LOCK_AT}, ${ladder.length})]`;
  // The failure that, with this one, makes a hundred.
  const hundredth = `recent_failures[cardinality(recent_failures) - ${STOP_AT - 2}]`;
  return `
        consecutive_failures = CASE WHEN ${isRight} THEN 0 WHEN ${WRONG} THEN consecutive_failures + 1 ELSE consecutive_failures END,
        recent_failures = CASE WHEN ${WRONG} THEN (recent_failures || $5::timestamptz)[greatest(1, cardinality(recent_failures) + 2 - $6::int):]
                               ELSE recent_failures END,
        locked_until = CASE WHEN ${isRight} THEN NULL
                            WHEN ${WRONG} AND consecutive_failures >= ${FIRST_LOCK_AT - 1} THEN $5::timestamptz + make_interval(secs => ${rung})
                            ELSE locked_until END,
        codes_stopped_at = CASE WHEN ${WRONG} AND ${hundredth} > $5::timestamptz - interval '${STOP_WINDOW_DAYS} days' THEN $5::timestamptz
                                ELSE codes_stopped_at END`;
}
