// RFC 6238 with SHA-1, six digits and steps of 30 s, written plainly. The floor verifies with it and the load computes
// its codes with it, so that neither depends on the service's implementation.
import { createHmac } from 'node:crypto';

export const STEP_SECONDS = 30;
const DIGITS = 6;

export function stepAt(ms: number): number {
  return Math.floor(ms / 1_000 / STEP_SECONDS);
}

export function codeAt(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  // RFC 4226 §5.3: dynamic truncation.
  const number = mac.readUInt32BE((mac[19] ?? 0) & 0xf) & 0x7fffffff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
}

/** The step a code is valid for, from 30 s late to 5 s early, or -1. */
export function matchStep(secret: Uint8Array, code: string, nowMs: number): number {
  const last = stepAt(nowMs + 5_000);
  for (let step = stepAt(nowMs - 30_000); step <= last; step += 1) {
    if (codeAt(secret, step) === code) return step;
  }
  return -1;
}

/** Six digits that are valid for no step near `nowMs`. */
export function wrongCodeAt(secret: Uint8Array, nowMs: number): string {
  const step = stepAt(nowMs);
  const right = [-2, -1, 0, 1, 2].map((offset) => codeAt(secret, step + offset));
  let guess = Number(right[0]);
  while (right.includes(String(guess).padStart(DIGITS, '0'))) guess = (guess + 1) % 10 ** DIGITS;
  return String(guess).padStart(DIGITS, '0');
}
