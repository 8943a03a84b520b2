/**
 * How fast one caller may go: the Generic Cell Rate Algorithm (ITU-T I.371 §A.2, virtual scheduling), as letsencrypt/boulder uses it for its
 * limits. One number is kept of a caller: the time at which everything is unspent again. A caller may spend the whole limit at once, then one
 * request each time a part of the window has gone by, so that what is answered within t seconds is at most limit + limit · t / window.
 * What is refused costs nothing. Times are whole microseconds; an interval is rounded up, never to the caller's favour. Pure.
 */
import type { ThrottleRecord } from './limits.js';

const US_PER_MS = 1_000;
const US_PER_SECOND = 1_000_000;

export interface Quota {
  /** At least 1. */
  readonly limit: number;
  readonly windowMs: number;
}

export interface Pace {
  /** After this long one more request is free. */
  readonly intervalUs: number;
  /** After this long all are, whatever went before. */
  readonly wholeUs: number;
}

/** What became of one request. */
export interface Count {
  readonly isAllowed: boolean;
  /** How far ahead of now everything is unspent again. What is kept is the time: now + aheadUs. */
  readonly aheadUs: number;
}

export function paceOf({ limit, windowMs }: Quota): Pace {
  const intervalUs = Math.ceil((windowMs * US_PER_MS) / limit);
  return { intervalUs, wholeUs: intervalUs * limit };
}

/**
 * Judges one request. `wholeAtUs` is what was kept, undefined where nothing is. gcra-script.ts says the same in the store's language.
 * A time further ahead than can be spent comes from a clock that was set back: it counts as none, for nobody is to be held by it.
 */
export function counted(wholeAtUs: number | undefined, nowUs: number, { intervalUs, wholeUs }: Pace): Count {
  const keptUs = Math.max(0, (wholeAtUs ?? nowUs) - nowUs);
  const aheadUs = keptUs > wholeUs ? 0 : keptUs;
  const isAllowed = aheadUs + intervalUs <= wholeUs;
  return { isAllowed, aheadUs: isAllowed ? aheadUs + intervalUs : aheadUs };
}

/** In the words of @nestjs/throttler. Seconds are whole, rounded up; timeToExpire: until one more is free than now. */
export function recordOf({ isAllowed, aheadUs }: Count, quota: Quota): ThrottleRecord {
  const { intervalUs, wholeUs } = paceOf(quota);
  const left = Math.floor((wholeUs - aheadUs) / intervalUs);
  const timeToExpire = Math.ceil((aheadUs + (left + 1) * intervalUs - wholeUs) / US_PER_SECOND);
  return {
    limit: quota.limit,
    totalHits: quota.limit - left + (isAllowed ? 0 : 1),
    timeToExpire,
    isBlocked: !isAllowed,
    timeToBlockExpire: isAllowed ? 0 : timeToExpire,
  };
}
