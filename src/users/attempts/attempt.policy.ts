/**
 * How many wrong codes a user may have, over all factors, routes and instances (SP 800-63B-4 §3.2.2).
 * The numbers are compiled into the one statement that judges an attempt (attempt.statement.ts), so that they are
 * predicates of the claim and not a check before it.
 */

/** The first lock comes with this many wrong codes in a row. */
export const FIRST_LOCK_AT = 5;
/** Seconds of the first lock; each further wrong code doubles it. SP 800-63B-4 §3.2.2: "30 seconds up to an hour". */
const LOCK_SECONDS = 30;
const MAX_LOCK_SECONDS = 3_600;

/** SECURITY(T-02): with this many wrong codes within the window, codes stop; a lock alone only sets the pace of guessing. */
export const STOP_AT = 100;
export const STOP_WINDOW_DAYS = 30;

/** Seconds of lock after `failures` wrong codes in a row; 0 below the fifth. */
export function lockSeconds(failures: number): number {
  return failures < FIRST_LOCK_AT ? 0 : Math.min(LOCK_SECONDS * 2 ** (failures - FIRST_LOCK_AT), MAX_LOCK_SECONDS);
}

/** Every lock from the first to the longest, in seconds; later ones are as long as the last. */
export function lockLadder(): number[] {
  const ladder: number[] = [];
  for (let failures = FIRST_LOCK_AT; ladder.at(-1) !== MAX_LOCK_SECONDS; failures += 1)
    ladder.push(lockSeconds(failures));
  return ladder;
}
