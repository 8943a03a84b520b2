import { randomBelow } from '../crypto/random.js';
import { dateAt } from './clock.js';

/** Milliseconds within which a worker starts what a request leaves to it. */
export const START_WITHIN_MS = 1_000;

/**
 * When such work starts, as parameters of a statement: the time, and the milliseconds until then for the notified
 * worker.
 * SECURITY(T-38): a random moment within that second. Work that only some users cause must not slow down the request
 * that follows.
 */
export function startAfter(now: Date): { readonly due: string; readonly wait: string } {
  const waitMs = randomBelow(START_WITHIN_MS);
  return { due: dateAt(now.getTime() + waitMs).toISOString(), wait: String(waitMs) };
}
