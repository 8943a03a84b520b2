// The pieces of the attempt statement that activate a pending factor, if its authorization still counts.
import { eventDetails, FROM_CLIENT, insertEvents, NEW_EVENT_ID } from '../../audit/audit-event.statement.js';

// SECURITY(T-13): if the user was enrolled meanwhile, the pending factor needs a step-up, and the factor of that
// step-up must still be active. Otherwise a factor started before the first activation would become a second one
// without a proof. And one started with a stolen authenticator would outlive its removal. A factor of a recovery counts
// until the recovery is vetoed. SECURITY(T-47): the authorization comes from the factor's own row, whose MAC was
// checked, not from this one.
export const IS_AUTHORIZED = `(pending ? :claimed::text AND coalesce(
          (enrolled_at IS NULL AND :never_enrolled::boolean) OR claims ? :granted_by::text OR ${isOfRecovery()}, false))`;

/**
 * SP 800-63B-4 §3.2.2: an authenticator that replaces one of its kind starts a new count of wrong codes. Only if it was
 * authorized by a recovery, or by a proof that cannot be guessed (Enrolments).
 */
export const IS_REBINDING = "coalesce((pending -> :claimed::text ->> 'rebinds')::boolean, false)";

/** The activation completes its recovery, so it does not veto it. */
export const IS_COMPLETION = isOfRecovery();

function isOfRecovery(): string {
  return "(:granted_ticket::text = (recovery ->> 'id') AND recovery_mac IS NOT DISTINCT FROM :recovery_mac::bytea)";
}

/** Replaces the claims of the old factor by those of the new one. */
export const CLAIM = `(claims - coalesce(pending -> :claimed::text ->> 'replaces', '')) || jsonb_build_object(:claimed::text, :step::bigint)`;

const GRANT = 'pending -> :claimed::text';
const WRONG_BEFORE = `coalesce((${GRANT} ->> 'wrong')::int, 0)`;

/** SECURITY(T-33): counted in the row that decides, so that no parallel code is verified beyond the limit. */
export function survivesStill(limit: number): string {
  return `${WRONG_BEFORE} <= ${limit}`;
}

/** The open enrolments after a wrong code: its own counts it. */
export const COUNTED_WRONG = `jsonb_set(pending, ARRAY[:claimed::text, 'wrong'], to_jsonb(${WRONG_BEFORE} + 1), true)`;

/** Columns of the user's row besides claims and counters. SECURITY(T-15): a factor change voids all browser tokens. */
export function enrolmentColumns({ isRight, isWrong }: { isRight: string; isWrong: string }): string {
  return `
        enrolled_at = CASE WHEN ${isRight} THEN coalesce(enrolled_at, :now::timestamptz) ELSE enrolled_at END,
        enrolled_mac = CASE WHEN ${isRight} AND enrolled_at IS NULL THEN :enrolled_mac::bytea ELSE enrolled_mac END,
        pending = CASE WHEN ${isRight} THEN '{}' WHEN ${isWrong} AND pending ? :claimed::text THEN ${COUNTED_WRONG} ELSE pending END,
        browsers = CASE WHEN ${isRight} THEN '{}' ELSE browsers END,`;
}

const ACTIVATE = `
      UPDATE factors SET status = 'active', activated_at = :now::timestamptz, expires_at = NULL, row_mac = :active_mac::bytea
      FROM attempted WHERE last_refusal IS NULL AND factors.tenant_id = :tenant::uuid AND factors.id = (:claimed::text)::uuid
        AND factors.row_mac IS NOT DISTINCT FROM :pending_mac::bytea
      RETURNING factors.type`;

const VOID_OTHERS = `
      DELETE FROM factors USING attempted WHERE last_refusal IS NULL AND factors.tenant_id = :tenant::uuid AND factors.user_id = :user
        AND factors.status = 'pending' AND factors.id <> (:claimed::text)::uuid`;

// The replaced factor is removed in the same statement, with its own event.
const REPLACE = `
      DELETE FROM factors AS old USING attempted, factors AS new
      WHERE last_refusal IS NULL AND new.tenant_id = :tenant::uuid AND new.id = (:claimed::text)::uuid
        AND old.tenant_id = :tenant::uuid AND old.user_id = :user AND old.id = new.replaces
      RETURNING old.id, old.type`;

const REPLACED_EVENT = insertEvents({
  action: 'factor.removed',
  tenantId: ':caller_tenant::uuid',
  id: NEW_EVENT_ID,
  ...FROM_CLIENT,
  userId: ':named_user::text',
  targetId: 'id',
  details: eventDetails({ factorType: 'type' }),
  from: 'FROM replaced',
});

/** CTEs over `attempted`. */
export const ACTIVATION = `activated AS (${ACTIVATE}), voided AS (${VOID_OTHERS}), replaced AS (${REPLACE}), replaced_event AS (${REPLACED_EVENT})`;
