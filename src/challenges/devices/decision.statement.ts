// The condition on a challenge when a device decides, and the change to its row. Any decision ends it: one wrong number
// denies.
import type { Condition } from '../../users/attempts/attempt.statement.js';
import { OF_CHALLENGE } from '../challenge.statement.js';

// SECURITY(T-35): of two simultaneous decisions the second waits for the row lock and finds it decided.
export const WAITS_FOR_DEVICE = `
      SELECT id FROM challenges
      WHERE tenant_id = :caller_tenant::uuid AND id = :challenge::uuid AND user_id = :user::text AND type = 'device'
        AND (factor_id IS NULL OR factor_id = :factor::uuid) AND status = 'pending' AND NOT withheld AND expires_at > :now::timestamptz
      FOR UPDATE`;

export function decidedAs(status: string): string {
  return `UPDATE challenges SET status = ${status}, decided_by = :factor::uuid, decided_at = :now::timestamptz`;
}

export const CHALLENGE_WAITS: Condition = {
  name: 'waiting',
  lockSql: WAITS_FOR_DEVICE,
  reason: 'challenge_over',
  updateSql: `
      ${decidedAs("CASE WHEN attempted.last_refusal IS NULL THEN 'approved' ELSE 'denied' END")},
        decision_mac = CASE WHEN attempted.last_refusal IS NULL THEN :decision_mac::bytea END
      FROM attempted, held WHERE challenges.tenant_id = :caller_tenant::uuid AND challenges.id = held.id
      RETURNING pg_notify(:channel, challenges.id::text)`,
  details: OF_CHALLENGE,
};
