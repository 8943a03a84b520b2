import { randomBytes, randomInt } from 'node:crypto';

/** Bytes from the operating system's random generator, fit for keys and secrets. */
export function secureRandom(length: number): Buffer {
  return randomBytes(length);
}

/** Of 0 to `limit` - 1 any one, each as likely. */
export function randomBelow(limit: number): number {
  return randomInt(limit);
}
