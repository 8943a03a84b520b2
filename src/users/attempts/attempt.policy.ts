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

/**
 * SECURITY(T-02): so many wrong codes of a user are judged within the window, over all doors; then codes stop until the oldest of them are
 * older than the window. A lock alone only sets the pace of guessing.
 */
export const ALLOWED_WRONG = 100;
export const STOP_WINDOW_DAYS = 30;
/** The last of these are judged only in a browser that is known, where the user has one. */
export const RESERVED_FOR_BROWSERS = 10;
/**
 * The most that one wrong code counts for. It counts once for each authenticator that it could have matched, so that 100 are the same odds
 * however many authenticators a user has.
 */
export const MAX_WEIGHT = ALLOWED_WRONG - RESERVED_FOR_BROWSERS;

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
