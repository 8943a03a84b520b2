// How a code that was sent to a phone is judged: wrong ones count with those of authenticators, one budget for everything that is typed.
import type { AttemptKind } from '../../users/attempts/attempt.statement.js';

/** Wrong codes that an enrolment survives. */
const MAX_WRONG_CODES = 4;

// That it counts once is the challenge's to say: the code of another challenge is another code.
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

// The number can be found from now on. What it takes the place of goes in the same statement: the user has it once.
const NUMBERED = `displaced AS (
      DELETE FROM phones USING judged, factors AS new
      WHERE last_refusal IS NULL AND new.tenant_id = :tenant::uuid AND new.id = (:claimed::text)::uuid
        AND phones.tenant_id = :tenant::uuid AND phones.factor_id = new.replaces),
    numbered AS (
      UPDATE phones SET number_index = :number_index::bytea, confirmed_at = :now::timestamptz, row_mac = :phone_mac::bytea
      FROM judged WHERE last_refusal IS NULL AND phones.tenant_id = :tenant::uuid AND phones.factor_id = (:claimed::text)::uuid)`;

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
