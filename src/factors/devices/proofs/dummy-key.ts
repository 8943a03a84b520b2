import { newHolderKey, type HolderJwk } from '../../../platform/crypto/public-jwk.js';

// New in each process. The private keys are discarded.
const KEYS = { ES256: newHolderKey('ES256').key.jwk, EdDSA: newHolderKey('EdDSA').key.jwk };

/** A key of this algorithm whose private half no longer exists. */
export function dummyKey(algorithm: unknown): HolderJwk {
  return algorithm === 'EdDSA' ? KEYS.EdDSA : KEYS.ES256;
}
