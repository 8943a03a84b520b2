// The statement that judges one attempt to prove something: it takes the user's row lock, claims what may be used once,
// counts a wrong code, and writes the audit event; one round trip, one commit. A factor adds only how
// its own row is claimed.
//
// SECURITY(T-03): lock and limit are predicates behind the row lock. Checked before it, parallel guesses would all
// see an open door.
// SECURITY(T-04): every refusal writes the same rows, whatever its reason, so that time does not tell reasons apart.
import type { Statement } from '../platform/database/database.js';
import { FIRST_LOCK_AT, lockLadder, STOP_AT, STOP_WINDOW_DAYS } from './attempt.policy.js';

/** A step that no factor can claim: what a wrong code is judged with. */
export const NO_STEP = -1;

export interface AttemptKind {
  readonly name: string;
  /** UPDATE … FROM guard … RETURNING factors.id; $1 tenant, $2 user, $3 factor, $4 step, $5 now; must demand guard.is_open. */
  readonly claim: string;
  /** The reason when a right code could not be claimed though the door was open. */
  readonly missed: 'replayed_code' | 'not_pending';
  /** Set when a claim makes the user enrolled. */
  readonly enrols: boolean;
  readonly approved: string;
  readonly refused: string;
}

const LADDER = lockLadder();
const lockAfter = (failures: string) =>
  `$5::timestamptz + make_interval(secs => (ARRAY[${LADDER.join(',')}])[least(${failures} - ${FIRST_LOCK_AT - 1}, ${LADDER.length})])`;

/** Values: $1 tenant, $2 user, $3 factor, $4 step, $5 now, $6 failures kept, $7 not_enrolled or null, then the event's $8 tenant, $9 id, $10 client, $11 user, $12 address, $13 request id. */
export function attemptStatement(kind: AttemptKind): Statement {
  return { name: kind.name, text: attemptText(kind) };
}

function attemptText(kind: AttemptKind): string {
  return `
    WITH guard AS MATERIALIZED (
      SELECT consecutive_failures AS failures, recent_failures AS recent, locked_until, codes_stopped_at, enrolled_at,
             codes_stopped_at IS NULL AND (locked_until IS NULL OR locked_until <= $5::timestamptz) AS is_open
      FROM users WHERE tenant_id = $1::uuid AND user_id = $2
      FOR NO KEY UPDATE
    ),
    claim AS (${kind.claim}),
    verdict AS (
      SELECT guard.*,
             CASE WHEN claim.id IS NOT NULL THEN NULL
                  WHEN codes_stopped_at IS NOT NULL THEN 'codes_stopped'
                  WHEN NOT is_open THEN 'locked'
                  WHEN $4::bigint > ${NO_STEP} THEN '${kind.missed}'
                  ELSE 'wrong_code' END AS reason,
             (recent || $5::timestamptz)[greatest(1, cardinality(recent) + 2 - $6::int):] AS recent_with_this
      FROM guard LEFT JOIN claim ON true
    ),
    counted AS (${countedText(kind)}),
    event AS (
      INSERT INTO audit_events (tenant_id, id, at, action, reason, client_id, user_id, target_id, address, request_id)
      SELECT $8::uuid, $9::uuid, $5::timestamptz,
             CASE WHEN reason IS NULL THEN '${kind.approved}' ELSE '${kind.refused}' END, coalesce($7::text, reason),
             $10::uuid, $11, CASE WHEN $7::text IS NULL THEN $3::uuid END, $12, $13
      FROM verdict
      RETURNING 1
    )
    SELECT reason FROM verdict, event`;
}

/** Counts a wrong code, sets the lock and the stop; a success clears the row in a row and nothing else. */
function countedText({ enrols }: AttemptKind): string {
  const isWrong = "verdict.reason = 'wrong_code'";
  return `
      UPDATE users SET
        last_tried_at = $5::timestamptz,
        consecutive_failures = CASE WHEN ${isWrong} THEN failures + 1 WHEN verdict.reason IS NULL THEN 0 ELSE failures END,
        recent_failures = CASE WHEN ${isWrong} THEN recent_with_this ELSE recent END,
        locked_until = CASE WHEN verdict.reason IS NULL THEN NULL
                            WHEN ${isWrong} AND failures + 1 >= ${FIRST_LOCK_AT} THEN ${lockAfter('failures + 1')}
                            ELSE verdict.locked_until END,
        codes_stopped_at = CASE WHEN ${isWrong} AND cardinality(recent_with_this) >= ${STOP_AT}
                                     AND recent_with_this[1] > $5::timestamptz - interval '${STOP_WINDOW_DAYS} days' THEN $5::timestamptz
                                ELSE verdict.codes_stopped_at END
        ${enrols ? ', enrolled_at = CASE WHEN verdict.reason IS NULL THEN coalesce(verdict.enrolled_at, $5::timestamptz) ELSE verdict.enrolled_at END' : ''}
      FROM verdict
      WHERE users.tenant_id = $1::uuid AND users.user_id = $2 AND (${enrols ? 'true' : 'verdict.reason IS NOT NULL OR failures > 0'})
      RETURNING 1`;
}
