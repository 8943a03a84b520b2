/**
 * The rate of one caller: the Generic Cell Rate Algorithm (ITU-T I.371 §A.2, virtual scheduling), as in
 * letsencrypt/boulder. One number is kept for each caller: the time at which the whole limit is free again. A caller
 * can send the whole limit in one burst, then one request each time that a part of the window has passed. So within t
 * seconds at most limit + limit · t / window requests are answered. Refused requests cost nothing. Times are whole
 * microseconds; an interval is rounded up, so never in the caller's favour. Pure.
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
  /** After this long the whole limit is free again. */
  readonly wholeUs: number;
}

/** The decision about one request. */
export interface Count {
  readonly isAllowed: boolean;
  /** Microseconds until the whole limit is free. The stored time is now + aheadUs. */
  readonly aheadUs: number;
}

export function paceOf({ limit, windowMs }: Quota): Pace {
  const intervalUs = Math.ceil((windowMs * US_PER_MS) / limit);
  return { intervalUs, wholeUs: intervalUs * limit };
}

/**
 * Decides one request. `wholeAtUs` is the stored time, or undefined. gcra-script.ts does the same in the store. A time
 * too far ahead comes from a clock that was set back. It is ignored, so that no caller is blocked by it.
 */
export function counted(wholeAtUs: number | undefined, nowUs: number, { intervalUs, wholeUs }: Pace): Count {
  const keptUs = Math.max(0, (wholeAtUs ?? nowUs) - nowUs);
  const aheadUs = keptUs > wholeUs ? 0 : keptUs;
  const isAllowed = aheadUs + intervalUs <= wholeUs;
  return { isAllowed, aheadUs: isAllowed ? aheadUs + intervalUs : aheadUs };
}

/** In the terms of @nestjs/throttler. Seconds are rounded up; timeToExpire: until one more request is free. */
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
