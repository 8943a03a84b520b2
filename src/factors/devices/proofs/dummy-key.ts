import { newHolderKey, type HolderJwk } from '../../../platform/crypto/public-jwk.js';

// Made anew in each process; their private halves are kept nowhere.
const KEYS = { ES256: newHolderKey('ES256').key.jwk, EdDSA: newHolderKey('EdDSA').key.jwk };

/** A key that nobody holds, of this algorithm. */
export function dummyKey(algorithm: unknown): HolderJwk {
  return algorithm === 'EdDSA' ? KEYS.EdDSA : KEYS.ES256;
}
