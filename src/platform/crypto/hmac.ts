import { createHmac, type KeyObject } from 'node:crypto';

/** RFC 2104 over the named hash. For the service's own keys see blind-index.ts. */
export function hmac(hash: 'sha1' | 'sha256' | 'sha512', key: Uint8Array, data: Uint8Array): Buffer {
  return createHmac(hash, key).update(data).digest();
}

/** HMAC-SHA-256 under a key of the ring. */
export function hmacUnder(key: KeyObject, data: Uint8Array): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
