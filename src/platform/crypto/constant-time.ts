import { hash, timingSafeEqual } from 'node:crypto';

/**
 * Compares texts, as UTF-8, in a time that reveals neither the position of a difference nor whether the lengths are
 * equal. The time grows with the length of the values.
 */
export function constantTimeEqual(a: string | Uint8Array, b: string | Uint8Array): boolean {
  // SECURITY(T-22): timingSafeEqual throws on unequal lengths, and a length check before it would answer early.
  return timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'));
}

/** The same for bytes with a public length, such as MACs. Saves one hash in each verification. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
