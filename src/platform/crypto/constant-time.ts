import { hash, timingSafeEqual } from 'node:crypto';

/**
 * Equality whose time tells neither where two values differ nor whether their lengths agree.
 * Texts are compared as UTF-8. The time does grow with the length of what is compared.
 */
export function constantTimeEqual(a: string | Uint8Array, b: string | Uint8Array): boolean {
  // SECURITY(T-22): timingSafeEqual throws on unequal lengths, and a length check before it would answer early.
  return timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'));
}
