// How WebAuthn proofs are counted. A signature cannot be guessed, so it has no budget. No lock refuses it, and it lifts
// the locks of codes (SP 800-63B-4 §3.2.2 limits guessing). Two pieces write WebAuthn's own columns in the same
// statement.
import type { NamedValues } from '../../platform/database/named-statement.js';
import type { AttemptKind } from '../../users/attempts/attempt.statement.js';
import type { Registered, Signed } from './ceremonies.js';

// The credential's row is made by the activation. Before that there is nothing to prove.
const REGISTERED = `registered AS (
      INSERT INTO webauthn_credentials
        (tenant_id, factor_id, credential_id, public_key, aaguid, transports, backup_eligible, backed_up, created_at, row_mac)
      SELECT :tenant::uuid, :factor::uuid, :credential_id::bytea, :public_key::bytea, :aaguid::uuid, :transports::text[],
             :backup_eligible::boolean, :backed_up::boolean, :now::timestamptz, :credential_mac::bytea
      FROM attempted WHERE last_refusal IS NULL)`;

const REFRESHED = `refreshed AS (
      UPDATE webauthn_credentials SET backed_up = :backed_up::boolean
      FROM attempted WHERE last_refusal IS NULL AND tenant_id = :tenant::uuid AND factor_id = :factor::uuid
        AND backed_up <> :backed_up::boolean)`;

export const VERIFY_SIGNATURE: AttemptKind = {
  name: 'verify_signature',
  budget: null,
  effect: 'verify',
  wrong: 'wrong_signature',
  missed: 'counter_went_back',
  counter: 'may_stay_zero',
  approved: 'verification.approved',
  refused: 'verification.refused',
  extraCtes: REFRESHED,
};

/** The counter of the registration is the first claim. */
export const CONFIRM_CREDENTIAL: AttemptKind = {
  name: 'confirm_credential',
  budget: null,
  effect: 'enrol',
  wrong: 'wrong_signature',
  missed: 'not_pending',
  approved: 'factor.activated',
  refused: 'factor.confirmation_refused',
  extraCtes: REGISTERED,
};

const NOTHING_MADE = {
  credential_id: null,
  public_key: null,
  aaguid: null,
  transports: null,
  backup_eligible: null,
  backed_up: null,
  credential_mac: null,
};

/** Parameters of the piece above. Null if nothing was registered and nothing will be written. */
export function registeredValues(made: Registered | null, mac: Uint8Array | null): NamedValues {
  if (made === null || mac === null) return NOTHING_MADE;
  return {
    credential_mac: mac,
    credential_id: made.credentialId,
    public_key: made.publicKey,
    aaguid: made.aaguid,
    transports: made.transports,
    backup_eligible: made.isBackupEligible,
    backed_up: made.isBackedUp,
  };
}

export function refreshedValues(signed: Signed | null): NamedValues {
  return { backed_up: signed?.isBackedUp ?? null };
}
