// The pieces of the attempt statement that count. A lane is a way in with a lock of its own: wrong proofs in a row lock it, a
// success clears it. A count holds the wrong proofs of 30 days, over all lanes that lead to the same secret: only time empties
// it, and the replacement of what was guessed at.
import { ALLOWED_WRONG, FIRST_LOCK_AT, lockLadder, RESERVED_FOR_BROWSERS, STOP_WINDOW_DAYS } from './attempt.policy.js';

/** What stands before the names of the two columns of a lane. */
export type Lane = '' | 'recovery_' | 'browser_';

/** Every lane of codes, for a proof that lifts their locks. */
export const ALL_LANES: readonly Lane[] = ['', 'recovery_', 'browser_'];

/** The two counts: one over all doors of one-time codes, and that of recovery codes. */
export type Count = 'recent_failures' | 'recovery_recent_failures';

/** When the columns change, as SQL conditions. */
export interface Outcome {
  readonly isRight: string;
  readonly isWrong: string;
}

export function isUnlocked(lane: Lane): string {
  const until = `${lane}locked_until`;
  return `(${until} IS NULL OR ${until} <= :now::timestamptz)`;
}

/**
 * True when one more wrong code would be more than `allowed` within the window. The count holds a wrong code once for each factor that
 * it could have matched (`weight`), oldest first, so the failure that decides stands at one place.
 * SECURITY(T-45): nothing but the count itself says that codes are stopped, so that what lifts a lock cannot lift the stop.
 */
export function isSpent(count: Count, allowed: string): string {
  const decisive = `${count}[cardinality(${count}) - (${allowed}) + :weight::int]`;
  return `coalesce(${decisive} > :now::timestamptz - interval '${STOP_WINDOW_DAYS} days', false)`;
}

export const ALLOWED = String(ALLOWED_WRONG);

// SECURITY(T-15): the last few are for browsers in which the user proved themselves, so that a stranger cannot use them up.
export const ALLOWED_TO_STRANGERS = `CASE WHEN browsers = '{}' THEN ${ALLOWED_WRONG} ELSE ${ALLOWED_WRONG - RESERVED_FOR_BROWSERS} END`;

/** The columns of a lane: a wrong proof counts, and locks from the fifth in a row; a success clears both. */
export function lane(name: Lane, { isRight, isWrong }: Outcome): string {
  const [inRow, until] = [`${name}consecutive_failures`, `${name}locked_until`];
  const ladder = lockLadder();
  const rung = `(ARRAY[${ladder.join(',')}])[least(${inRow} + ${2 - FIRST_LOCK_AT}, ${ladder.length})]`;
  return `
        ${inRow} = CASE WHEN ${isRight} THEN 0 WHEN ${isWrong} THEN ${inRow} + 1 ELSE ${inRow} END,
        ${until} = CASE WHEN ${isRight} THEN NULL
                        WHEN ${isWrong} AND ${inRow} >= ${FIRST_LOCK_AT - 1} THEN :now::timestamptz + make_interval(secs => ${rung})
                        ELSE ${until} END`;
}

/**
 * A wrong proof counts, once for each factor that it could have matched; the newest are kept.
 * SECURITY(T-04): what does not count takes as long as what does: its time is put in front of the failures, and taken off again. As a mere
 * copy of the column, a try that does not count was four microseconds faster.
 */
export function counted(count: Count, isWrong: string): string {
  return `${count} = ${withFailure(count, isWrong)}`;
}

/** The same, but for a proof that begins the count anew. */
export function countedAnew(count: Count, isWrong: string, isAnew: string): string {
  return `${count} = CASE WHEN ${isAnew} THEN '{}' ELSE ${withFailure(count, isWrong)} END`;
}

function withFailure(count: Count, isWrong: string): string {
  const failure = 'array_fill(:now::timestamptz, ARRAY[:weight::int])';
  return `(CASE WHEN ${isWrong} THEN ${count} || ${failure} ELSE ${failure} || ${count} END)
                    [CASE WHEN ${isWrong} THEN greatest(1, cardinality(${count}) + 1 + :weight::int - :kept::int) ELSE 1 + :weight::int END:]`;
}

/**
 * SP 800-63B-4 §3.2.2: a proof that no guessing reaches ends locks. SECURITY(T-45): what was counted stays counted: else each sign-in
 * with a passkey would hand whoever guesses codes a fresh hundred.
 */
export function lifted(name: Lane, isRight: string): string {
  const [inRow, until] = [`${name}consecutive_failures`, `${name}locked_until`];
  return `
        ${inRow} = CASE WHEN ${isRight} THEN 0 ELSE ${inRow} END,
        ${until} = CASE WHEN ${isRight} THEN NULL ELSE ${until} END`;
}
