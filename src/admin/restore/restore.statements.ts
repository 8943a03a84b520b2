// The changes of a restore to rows: nothing that was used, counted or ended after the copy becomes valid again. Each
// statement covers all tenants. Times are the instant of the restore, by the Clock.
import { eventDetails, insertEvents, NEW_EVENT_ID } from '../../audit/audit-event.statement.js';
import { named } from '../../platform/database/named-statement.js';
import { ALLOWED_WRONG, RESERVED_FOR_BROWSERS, STOP_WINDOW_DAYS } from '../../users/attempts/attempt.policy.js';

/** Codes are refused for this long: the longest validity of a code, plus room for clocks that differ. */
export const CLOSED_SECONDS = 90;
/**
 * Wrong codes that a user has left in the 30 days after a restore, half of them for known browsers. Almost all may have
 * been used in the lost time.
 */
const LEFT_AFTER_RESTORE = 10 + RESERVED_FOR_BROWSERS;
/** A code is valid from 5 s before its step. Two instances may differ by 5 s more. */
const AHEAD_SECONDS = 10;

const DECOYS = "'00000000-0000-7000-8000-000000000000'";

export const FOUND = named(
  'restore_found',
  `SELECT coalesce(to_char((SELECT max(at) FROM audit_events), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'none') AS "newestEvent",
          count(*) FILTER (WHERE status = 'active')::int AS "activeClients", count(*) FILTER (WHERE status <> 'active')::int AS "suspendedClients"
   FROM clients`,
);

const STEP_NOW = `floor((extract(epoch FROM :now::timestamptz) + ${AHEAD_SECONDS}) / totp_period)::bigint`;

// SECURITY(T-49): claims every authenticator step that may have been used before this instant. Steps strictly increase,
// so these steps cannot be used again.
export const CLAIM_STEPS = named(
  'restore_claim_steps',
  `UPDATE users SET claims = claims || used.steps
   FROM (
     SELECT tenant_id, user_id, jsonb_object_agg(id::text, ${STEP_NOW}) AS steps
     FROM factors WHERE type = 'totp' AND status = 'active' GROUP BY tenant_id, user_id
   ) AS used
   WHERE users.tenant_id = used.tenant_id AND users.user_id = used.user_id`,
);

const IN_WINDOW = `(SELECT count(*) FROM unnest(recent_failures) AS failure(at) WHERE at > :now::timestamptz - interval '${STOP_WINDOW_DAYS} days')`;
const CHARGED = `greatest(0, ${ALLOWED_WRONG - LEFT_AFTER_RESTORE} - ${IN_WINDOW})::int`;

// SECURITY(T-49): wrong codes of the lost time are unknown, so all but a few are counted as used. Locks, open
// enrolments, recoveries and known browsers are those of the older state.
export const CHARGE_USERS = named(
  'restore_charge_users',
  `UPDATE users SET
     recent_failures = (recent_failures || array_fill(:now::timestamptz, ARRAY[${CHARGED}]))[greatest(1, cardinality(recent_failures) + ${CHARGED} - ${ALLOWED_WRONG - 1}):],
     locked_until = greatest(locked_until, :closed_until::timestamptz),
     browser_locked_until = greatest(browser_locked_until, :closed_until::timestamptz),
     pending = '{}', reopening = NULL, recovery = NULL, recovery_ended = NULL, browsers = '{}'
   WHERE tenant_id <> ${DECOYS}
   RETURNING 1 AS one`,
);

export const CLOSE_DECOYS = named(
  'restore_close_decoys',
  `UPDATE users SET locked_until = greatest(locked_until, :closed_until::timestamptz),
     browser_locked_until = greatest(browser_locked_until, :closed_until::timestamptz)
   WHERE tenant_id = ${DECOYS}`,
);

/** What was open, or already answered, in the older state. */
export const END_OPEN = [
  named('restore_end_enrolments', `DELETE FROM factors WHERE status = 'pending'`),
  named(
    'restore_end_challenges',
    `UPDATE challenges SET expires_at = :now::timestamptz WHERE expires_at > :now::timestamptz`,
  ),
  named(
    'restore_end_lookups',
    `UPDATE blind_lookups SET expires_at = :now::timestamptz WHERE expires_at > :now::timestamptz`,
  ),
  named('restore_end_messages', 'DELETE FROM messages'),
  named('restore_end_retries', 'DELETE FROM idempotency_keys'),
];

export const RECORD = named(
  'restore_record',
  insertEvents({
    action: 'installation.restored',
    tenantId: 'id',
    id: NEW_EVENT_ID,
    details: eventDetails({ statedReason: ':reason::text' }),
    from: `FROM tenants WHERE id <> ${DECOYS}`,
  }),
);

export const BEGIN_EPOCH = named(
  'restore_begin_epoch',
  `INSERT INTO epochs (number, id, began_at, reason)
   SELECT max(number) + 1, gen_random_uuid(), :now::timestamptz, :reason::text FROM epochs RETURNING number AS epoch`,
);
