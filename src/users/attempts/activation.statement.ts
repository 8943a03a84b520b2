// The pieces of the attempt statement that make a pending factor active, if what authorized it counts still.
import { eventDetails, FROM_CLIENT, insertEvents, NEW_EVENT_ID } from '../../audit/audit-event.statement.js';

// SECURITY(T-13): who was enrolled in the meantime needs a step-up for what was opened before, and the factor that was proven
// then must count still. Without this, one opened before the first activation would become a second factor on the word of
// a token, and one opened with a stolen authenticator would outlive that authenticator's removal. One that a recovery opened
// counts for as long as nobody has vetoed that recovery.
// SECURITY(T-47): what authorized it comes from the factor's own row, whose MAC was checked, and not from this one.
export const IS_AUTHORIZED = `(pending ? :claimed::text AND coalesce(
          (enrolled_at IS NULL AND :never_enrolled::boolean) OR claims ? :granted_by::text OR ${isOfRecovery()}, false))`;

/**
 * SP 800-63B-4 §3.2.2: an authenticator that takes the place of the one that was guessed at begins a count of its own, if a proof that
 * cannot be guessed or a recovery authorized it (Enrolments).
 */
export const IS_REBINDING = "coalesce((pending -> :claimed::text ->> 'rebinds')::boolean, false)";

/** The recovery that the activation completes is not one that it vetoes. */
export const IS_COMPLETION = isOfRecovery();

function isOfRecovery(): string {
  return "(:granted_ticket::text = (recovery ->> 'id') AND recovery_mac IS NOT DISTINCT FROM :recovery_mac::bytea)";
}

/** What is proven from now on, instead of what it replaces. */
export const CLAIM = `(claims - coalesce(pending -> :claimed::text ->> 'replaces', '')) || jsonb_build_object(:claimed::text, :step::bigint)`;

const GRANT = 'pending -> :claimed::text';
const WRONG_BEFORE = `coalesce((${GRANT} ->> 'wrong')::int, 0)`;

/** SECURITY(T-33): counted in the row that decides, so that of parallel codes none is judged beyond the limit. */
export function survivesStill(limit: number): string {
  return `${WRONG_BEFORE} <= ${limit}`;
}

/** What a wrong code leaves of the open enrolments: its own counts it. */
export const COUNTED_WRONG = `jsonb_set(pending, ARRAY[:claimed::text, 'wrong'], to_jsonb(${WRONG_BEFORE} + 1), true)`;

/** Columns of the user's row beside claims and counters. SECURITY(T-15): a change of factors voids the tokens of all browsers. */
export function enrolmentColumns({ isRight, isWrong }: { isRight: string; isWrong: string }): string {
  return `
        enrolled_at = CASE WHEN ${isRight} THEN coalesce(enrolled_at, :now::timestamptz) ELSE enrolled_at END,
        enrolled_mac = CASE WHEN ${isRight} AND enrolled_at IS NULL THEN :enrolled_mac::bytea ELSE enrolled_mac END,
        pending = CASE WHEN ${isRight} THEN '{}' WHEN ${isWrong} AND pending ? :claimed::text THEN ${COUNTED_WRONG} ELSE pending END,
        browsers = CASE WHEN ${isRight} THEN '{}' ELSE browsers END,`;
}

const ACTIVATE = `
      UPDATE factors SET status = 'active', activated_at = :now::timestamptz, expires_at = NULL, row_mac = :active_mac::bytea
      FROM judged WHERE last_refusal IS NULL AND factors.tenant_id = :tenant::uuid AND factors.id = (:claimed::text)::uuid
        AND factors.row_mac IS NOT DISTINCT FROM :pending_mac::bytea
      RETURNING factors.type`;

const VOID_OTHERS = `
      DELETE FROM factors USING judged WHERE last_refusal IS NULL AND factors.tenant_id = :tenant::uuid AND factors.user_id = :user
        AND factors.status = 'pending' AND factors.id <> (:claimed::text)::uuid`;

// What a factor replaces goes in the same act, with an event of its own.
const REPLACE = `
      DELETE FROM factors AS old USING judged, factors AS new
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

/** CTEs over `judged`. */
export const ACTIVATION = `activated AS (${ACTIVATE}), voided AS (${VOID_OTHERS}), replaced AS (${REPLACE}), replaced_event AS (${REPLACED_EVENT})`;
