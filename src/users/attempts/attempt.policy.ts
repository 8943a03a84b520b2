/**
 * How many wrong codes a user may have, over all factors, routes and instances (SP 800-63B-4 §3.2.2). The numbers are
 * compiled into the statement that verifies an attempt (attempt.statement.ts), so that they are predicates of the
 * claim, not a check before it.
 */

/** The first lock comes after this many wrong codes in a row. */
export const FIRST_LOCK_AT = 5;
/** Seconds of the first lock. Each further wrong code doubles it. SP 800-63B-4 §3.2.2: "30 seconds up to an hour". */
const LOCK_SECONDS = 30;
const MAX_LOCK_SECONDS = 3_600;

/**
 * SECURITY(T-02): wrong codes of a user within the window, over all routes. At this number codes stop until the oldest
 * of them are older than the window. A lock alone only slows guessing down.
 */
export const ALLOWED_WRONG = 100;
export const STOP_WINDOW_DAYS = 30;
/** The last of these are reserved for known browsers, if the user has one. */
export const RESERVED_FOR_BROWSERS = 10;
/**
 * Maximum weight of one wrong code. It counts once for each authenticator that it could have matched, so that the odds
 * of 100 do not depend on the number of authenticators.
 */
export const MAX_WEIGHT = ALLOWED_WRONG - RESERVED_FOR_BROWSERS;

/** Seconds of lock after `failures` wrong codes in a row; 0 below the fifth. */
export function lockSeconds(failures: number): number {
  return failures < FIRST_LOCK_AT ? 0 : Math.min(LOCK_SECONDS * 2 ** (failures - FIRST_LOCK_AT), MAX_LOCK_SECONDS);
}

/** Every lock from the first to the longest, in seconds. Later ones are as long as the last. */
export function lockLadder(): number[] {
  const ladder: number[] = [];
  for (let failures = FIRST_LOCK_AT; ladder.at(-1) !== MAX_LOCK_SECONDS; failures += 1)
    ladder.push(lockSeconds(failures));
  return ladder;
}
