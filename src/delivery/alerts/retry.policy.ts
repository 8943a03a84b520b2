/**
 * When an alert that was not accepted is sent again: the schedule of Standard Webhooks 1.0, three days in all. Pure.
 */

/** Seconds between tries. */
export const SECONDS_TO_NEXT = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400] as const;

export const TRIES = SECONDS_TO_NEXT.length + 1;

export type Outcome = 'taken' | 'gone' | 'again';

/** 2xx: accepted. 410: never send again. Anything else, including redirects: retry. */
export function outcomeOf(status: number): Outcome {
  if (status >= 200 && status < 300) return 'taken';
  return status === 410 ? 'gone' : 'again';
}
