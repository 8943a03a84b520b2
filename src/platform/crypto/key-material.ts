/**
 * Refuses unsuitable 256-bit keys: published examples, phrases, patterns, hashes of words. It cannot detect bad
 * randomness that looks good. It prevents accidents and copied documentation.
 */
import { hash } from 'node:crypto';

/** Why a key ring was refused: one sentence without key material. */
export class KeyRingError extends Error {
  override readonly name = 'KeyRingError';
}

// Base64 of exactly 32 bytes: 43 characters of which the last carries two zero bits, and one "=".
const BASE64_OF_32 = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;
// 32 random bytes have about 30 different values. Fewer than 16 has a probability below 2^-70.
const MIN_DIFFERENT = 16;
// Hashes of these are how a phrase becomes "32 bytes". The empty one is an unset variable in a script.
const HASHED_WORDS = ['', '\n', 'secret', 'password', 'changeme', 'test', 'demo', 'key', 'countersign'];
const PUBLISHED = new Set([
  // FIPS 197 / SP 800-38A AES-256 example key, and the AES-256 key of the GCM specification's test cases.
  '603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4',
  'feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308',
  ...HASHED_WORDS.map((word) => hash('sha256', word)),
]);

/** The 32 bytes that `text` encodes. `name` is its name in the error. */
export function readKeyMaterial(text: string, name: string): Buffer {
  if (!BASE64_OF_32.test(text)) throw new KeyRingError(`${name} of the key ring is not the base64 of 32 bytes`);
  const bytes = Buffer.from(text, 'base64');
  if (PUBLISHED.has(bytes.toString('hex'))) {
    throw new KeyRingError(`${name} of the key ring is a publicly known example key: generate a new one`);
  }
  if (!looksRandom(bytes)) {
    throw new KeyRingError(`${name} of the key ring is a pattern or a text, not random bytes: generate a new one`);
  }
  return bytes;
}

function looksRandom(bytes: Buffer): boolean {
  const steps = bytes.map((byte, i) => byte - (bytes[i - 1] ?? 0));
  const isText = bytes.every((byte) => byte >= 0x09 && byte < 0x7f);
  return new Set(bytes).size >= MIN_DIFFERENT && new Set(steps).size >= MIN_DIFFERENT && !isText;
}
