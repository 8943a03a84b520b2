// How what a device proves is judged. A signature cannot be guessed, so there is no budget: no lock of codes stops it, and
// it lifts them, as with WebAuthn. The code that confirms a device can be guessed, five times.
import type { AttemptKind } from '../../users/attempts/attempt.statement.js';

/** Wrong codes that a registration survives. */
const MAX_WRONG_CODES = 4;

export const DECIDE: AttemptKind = {
  name: 'decide',
  budget: null,
  effect: 'verify',
  wrong: 'wrong_approval',
  missed: 'replayed_code',
  counter: 'may_stay_zero',
  approved: 'verification.approved',
  refused: 'verification.refused',
};

export const CONFIRM_DEVICE: AttemptKind = {
  name: 'confirm_device',
  budget: null,
  effect: 'enrol',
  wrong: 'wrong_code',
  missed: 'not_pending',
  survives: MAX_WRONG_CODES,
  approved: 'factor.activated',
  refused: 'factor.confirmation_refused',
};
