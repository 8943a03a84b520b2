import { hash, timingSafeEqual } from 'node:crypto';

/**
 * Equality whose time tells neither where two values differ nor whether their lengths agree.
 * Texts are compared as UTF-8. The time does grow with the length of what is compared.
 */
export function constantTimeEqual(a: string | Uint8Array, b: string | Uint8Array): boolean {
  // SECURITY(T-22): timingSafeEqual throws on unequal lengths, and a length check before it would answer early.
  return timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'));
}

/** The same for bytes whose lengths are no secret, as those of MACs: one hash less on the way of each verification. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
