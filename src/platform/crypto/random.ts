import { randomBytes, randomInt } from 'node:crypto';

/** Bytes from the operating system's random generator, suitable for keys and secrets. */
export function secureRandom(length: number): Buffer {
  return randomBytes(length);
}

/** A uniformly random integer from 0 to `limit` - 1. */
export function randomBelow(limit: number): number {
  return randomInt(limit);
}
