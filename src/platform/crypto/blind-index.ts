/**
 * Finds a value without storing it: the same value gives the same 32 bytes within one tenant and purpose, and unrelated
 * bytes elsewhere. Without the key ring the bytes reveal nothing; with it, an attacker could try numbers one by one.
 * Pass values in their canonical form. Also picks decoys: the same question gets the same decoy.
 */
import { createHmac, type KeyObject } from 'node:crypto';
import type { KeyRing } from './key-ring.js';

// Each derived key costs about 0.3 kB. With more tenants than this, each use costs a derivation (10 µs).
const CACHED_KEYS = 4096;

/** The purpose of the index of registered numbers. */
export const PHONE_NUMBER_INDEX = 'phone-number';

export class BlindIndex {
  readonly #ring: KeyRing;
  readonly #keys = new Map<string, KeyObject>();

  constructor(ring: KeyRing) {
    this.#ring = ring;
  }

  of(tenantId: string, purpose: string, value: string): Buffer {
    return createHmac('sha256', this.#key(tenantId, purpose)).update(value, 'utf8').digest();
  }

  #key(tenantId: string, purpose: string): KeyObject {
    // The length keeps ("a", "b:c") and ("a:b", "c") apart.
    const name = `${tenantId.length}:${tenantId}:${purpose}`;
    const key = this.#keys.get(name) ?? this.#ring.indexKey(tenantId, purpose);
    this.#keys.delete(name);
    this.#keys.set(name, key);
    const [oldest] = this.#keys.size > CACHED_KEYS ? this.#keys.keys() : [];
    if (oldest !== undefined) this.#keys.delete(oldest);
    return key;
  }
}
