// How proofs of a device are counted. A signature cannot be guessed, so it has no budget: no lock of codes refuses it,
// and it lifts them, as WebAuthn does. The code that confirms a device can be guessed: five tries.
import type { AttemptKind } from '../../users/attempts/attempt.statement.js';

/** Wrong codes after which a registration still continues. */
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
