import { randomBelow } from '../crypto/random.js';
import { dateAt } from './clock.js';

/** Milliseconds within which work begins that a request leaves to a worker. */
export const START_WITHIN_MS = 1_000;

/**
 * When such work is to begin, as parameters of a statement: the time, and the milliseconds until then for whoever is told of it.
 * SECURITY(T-38): at any moment within that second. What there is to do for one person and not for another must not fall on the request
 * that comes next.
 */
export function startAfter(now: Date): { readonly due: string; readonly wait: string } {
  const waitMs = randomBelow(START_WITHIN_MS);
  return { due: dateAt(now.getTime() + waitMs).toISOString(), wait: String(waitMs) };
}
