// The authenticator's part: codes from a secret, written from the RFCs, independent of the service.
import { createHmac } from 'node:crypto';

export const STEP_MS = 30_000;
/** The service accepts a code this long before its step begins. */
export const EARLY_MS = 5_000;
const DIGITS = 6;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

// RFC 6238 §4.2: the number of steps since 1970.
export function stepAt(ms: number): number {
  return Math.floor(ms / STEP_MS);
}

export function codeOf(secret: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', bytesOf(secret)).update(counter).digest();
  // RFC 4226 §5.3: dynamic truncation.
  const number = mac.readUInt32BE((mac[19] ?? 0) & 0xf) & 0x7fffffff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
}

/** `count` different codes that are wrong for every step near the current one. */
export function wrongCodes(secret: string, count: number): string[] {
  const now = stepAt(Date.now());
  const right = new Set([-2, -1, 0, 1, 2, 3].map((offset) => codeOf(secret, now + offset)));
  const candidates = Array.from({ length: count + right.size }, (_none, i) => String(i).padStart(DIGITS, '0'));
  return candidates.filter((code) => !right.has(code)).slice(0, count);
}

// RFC 4648 §6, without padding.
function bytesOf(base32: string): Buffer {
  const bits = [...base32].map((character) => BASE32.indexOf(character).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
