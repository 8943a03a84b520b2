import { randomBytes } from 'node:crypto';

/** Bytes from the operating system's random generator, fit for keys and secrets. */
export function secureRandom(length: number): Buffer {
  return randomBytes(length);
}
