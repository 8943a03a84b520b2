// The condition on a challenge when an answer is verified, and the change to its row: two pieces of the attempt
// statement. So single use and the limit of answers are predicates of the update that claims and counts.
import { eventDetails } from '../audit/audit-event.statement.js';
import type { Condition } from '../users/attempts/attempt.statement.js';
import { MAX_ANSWERS } from './challenge.policy.js';

// SECURITY(T-03): of parallel answers each waits for the row lock and reads it again, so no sixth is verified.
// SECURITY(T-29): a challenge of another client or tenant does not match. Nor does one of another type: no answer to it
// is right.
const HELD = `
      SELECT id FROM challenges
      WHERE tenant_id = :caller_tenant::uuid AND id = :challenge::uuid AND client_id = :client::uuid AND type = :challenge_type::text
        AND status = 'pending' AND answers < ${MAX_ANSWERS} AND expires_at > :now::timestamptz
      FOR UPDATE`;

// SECURITY(T-04): every verified answer counts, for any reason. So the visible state does not reveal the reason.
const SETTLED = `
      UPDATE challenges SET answers = answers + 1, status = CASE WHEN attempted.last_refusal IS NULL THEN 'approved' ELSE status END
      FROM attempted, held WHERE challenges.tenant_id = :caller_tenant::uuid AND challenges.id = held.id`;

/** Of the event of an answer: its challenge. */
export const OF_CHALLENGE = eventDetails({ challengeId: ':challenge_id::text' });

export const CHALLENGE_IS_OPEN: Condition = {
  name: 'challenge',
  lockSql: HELD,
  reason: 'challenge_over',
  updateSql: SETTLED,
  details: OF_CHALLENGE,
};
