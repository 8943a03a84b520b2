// How codes sent to a phone are counted. Wrong ones share one budget with authenticator codes.
import type { AttemptKind } from '../../users/attempts/attempt.statement.js';

/** Wrong codes after which an enrolment still continues. */
const MAX_WRONG_CODES = 4;

// The challenge makes sure that a code is used once: another challenge has another code.
export const ANSWER_CODE: AttemptKind = {
  name: 'phone_code',
  budget: 'one_time_codes',
  effect: 'verify',
  wrong: 'wrong_code',
  missed: 'replayed_code',
  counter: 'may_stay_zero',
  approved: 'verification.approved',
  refused: 'verification.refused',
};

// The number can be found from now on. The factor that it replaces is removed in the same statement, so the user has
// the number once.
const NUMBERED = `replaced_phone AS (
      DELETE FROM phones USING attempted, factors AS new
      WHERE last_refusal IS NULL AND new.tenant_id = :tenant::uuid AND new.id = (:claimed::text)::uuid
        AND phones.tenant_id = :tenant::uuid AND phones.factor_id = new.replaces),
    numbered AS (
      UPDATE phones SET number_index = :number_index::bytea, confirmed_at = :now::timestamptz, row_mac = :phone_mac::bytea
      FROM attempted WHERE last_refusal IS NULL AND phones.tenant_id = :tenant::uuid AND phones.factor_id = (:claimed::text)::uuid)`;

export const CONFIRM_PHONE: AttemptKind = {
  name: 'confirm_phone',
  budget: 'one_time_codes',
  effect: 'enrol',
  wrong: 'wrong_code',
  missed: 'not_pending',
  survives: MAX_WRONG_CODES,
  approved: 'factor.activated',
  refused: 'factor.confirmation_refused',
  extraCtes: NUMBERED,
};
