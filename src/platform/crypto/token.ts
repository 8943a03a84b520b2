/**
 * Bearer secrets with a recognisable form: `<prefix>_`, 30 random base62 characters (178 bits) and a checksum of 6.
 * Secret scanners find them by the prefix, and a typing error is detected without a query. The checksum proves nothing:
 * anyone can compute it.
 */
import { hash, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_LENGTH = 30;
const CHECKSUM_LENGTH = 6;
const BODY = new RegExp(`^[0-9A-Za-z]{${RANDOM_LENGTH + CHECKSUM_LENGTH}}$`);

// SECURITY(T-23): secret scanners find a leaked secret by its prefix and checksum.
export function mintToken(prefix: string): string {
  // randomInt rejects instead of taking a remainder, so every character is equally likely.
  const random = Array.from({ length: RANDOM_LENGTH }, () => BASE62.charAt(randomInt(62))).join('');
  const start = `${prefix}_${random}`;
  return start + checksum(start);
}

/** True for any text that `mintToken(prefix)` could have made. It need not exist. */
export function isWellFormedToken(prefix: string, text: string): boolean {
  const head = `${prefix}_`;
  if (!text.startsWith(head) || !BODY.test(text.slice(head.length))) return false;
  return checksum(text.slice(0, -CHECKSUM_LENGTH)) === text.slice(-CHECKSUM_LENGTH);
}

/**
 * The stored digest of a token: 32 bytes. A fast hash suffices, since 178 random bits cannot be guessed. The label
 * separates the digest from every other SHA-256 in the system.
 */
export function hashToken(text: string): Buffer {
  return hash('sha256', `countersign:token:v1\0${text}`, 'buffer');
}

function checksum(text: string): string {
  let rest = crc32(text);
  let out = '';
  for (let i = 0; i < CHECKSUM_LENGTH; i += 1) {
    out = BASE62.charAt(rest % 62) + out;
    rest = Math.floor(rest / 62);
  }
  return out;
}
