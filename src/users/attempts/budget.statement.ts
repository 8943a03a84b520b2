// The pieces of the attempt statement that count: a wrong proof counts, locks from the fifth in a row, and stops at the
// hundredth in 30 days; a success clears the row and the lock. Each set of four columns is one budget, counted apart.
import { FIRST_LOCK_AT, lockLadder, STOP_AT, STOP_WINDOW_DAYS } from './attempt.policy.js';

/** What stands before the names of the four columns. */
export type Columns = '' | 'recovery_' | 'browser_';

/** Every budget of codes, for a proof that lifts them all. */
export const ALL_COLUMNS: readonly Columns[] = ['', 'recovery_', 'browser_'];

/** When the columns change, as SQL conditions. */
export interface Outcome {
  readonly isRight: string;
  readonly isWrong: string;
}

export function isStopped(columns: Columns): string {
  return `${columns}codes_stopped_at IS NOT NULL`;
}

export function isOpen(columns: Columns): string {
  const until = `${columns}locked_until`;
  return `(${columns}codes_stopped_at IS NULL AND (${until} IS NULL OR ${until} <= :now::timestamptz))`;
}

/**
 * SECURITY(T-04): what does not count takes as long as what does: its time is put in front of the failures, and taken off again. As a mere
 * copy of the column, a try that does not count was four microseconds faster.
 */
export function counters(columns: Columns, { isRight, isWrong }: Outcome): string {
  const [inRow, recent, until, stopped] = namesOf(columns);
  const ladder = lockLadder();
  const rung = `(ARRAY[${ladder.join(',')}])[least(${inRow} + ${2 - FIRST_LOCK_AT}, ${ladder.length})]`;
  // The failure that, with this one, makes a hundred.
  const hundredth = `${recent}[cardinality(${recent}) - ${STOP_AT - 2}]`;
  return `
        ${inRow} = CASE WHEN ${isRight} THEN 0 WHEN ${isWrong} THEN ${inRow} + 1 ELSE ${inRow} END,
        ${recent} = (CASE WHEN ${isWrong} THEN ${recent} || :now::timestamptz ELSE :now::timestamptz || ${recent} END)
                    [CASE WHEN ${isWrong} THEN greatest(1, cardinality(${recent}) + 2 - :kept::int) ELSE 2 END:],
        ${until} = CASE WHEN ${isRight} THEN NULL
                        WHEN ${isWrong} AND ${inRow} >= ${FIRST_LOCK_AT - 1} THEN :now::timestamptz + make_interval(secs => ${rung})
                        ELSE ${until} END,
        ${stopped} = CASE WHEN ${isWrong} AND ${hundredth} > :now::timestamptz - interval '${STOP_WINDOW_DAYS} days' THEN :now::timestamptz
                          ELSE ${stopped} END`;
}

/**
 * SP 800-63B-4 §3.2.2: a proof that no guessing reaches ends locks and stops. The counted failures go only with a stop:
 * else each sign-in with a passkey would hand whoever guesses codes a fresh hundred.
 */
export function lifted(columns: Columns, isRight: string): string {
  const [inRow, recent, until, stopped] = namesOf(columns);
  return `
        ${inRow} = CASE WHEN ${isRight} THEN 0 ELSE ${inRow} END,
        ${until} = CASE WHEN ${isRight} THEN NULL ELSE ${until} END,
        ${recent} = CASE WHEN ${isRight} AND ${isStopped(columns)} THEN '{}' ELSE ${recent} END,
        ${stopped} = CASE WHEN ${isRight} THEN NULL ELSE ${stopped} END`;
}

function namesOf(columns: Columns): [string, string, string, string] {
  const named = (name: string) => `${columns}${name}`;
  return [named('consecutive_failures'), named('recent_failures'), named('locked_until'), named('codes_stopped_at')];
}
