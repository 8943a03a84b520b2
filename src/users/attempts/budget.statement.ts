// The pieces of the attempt statement that count. A lane is a way to prove with a lock of its own: wrong proofs in a
// row lock it, a success clears it. A count holds the wrong proofs of 30 days, over all lanes to the same secret. Only
// time clears it, or the replacement of the guessed factor.
import { ALLOWED_WRONG, FIRST_LOCK_AT, lockLadder, RESERVED_FOR_BROWSERS, STOP_WINDOW_DAYS } from './attempt.policy.js';

/** The prefix of the two columns of a lane. */
export type Lane = '' | 'recovery_' | 'browser_';

/** Every lane of codes, for a proof that lifts their locks. */
export const ALL_LANES: readonly Lane[] = ['', 'recovery_', 'browser_'];

/** The two counts: that of one-time codes over all routes, and that of recovery codes. */
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
 * True if one more wrong code would exceed `allowed` within the window. The count holds a wrong code once for each
 * factor that it could have matched (`weight`). Oldest come first, so the deciding failure has a fixed position.
 * SECURITY(T-45): the count alone decides the stop. An event that lifts a lock does not lift the stop.
 */
export function isSpent(count: Count, allowed: string): string {
  const decisive = `${count}[cardinality(${count}) - (${allowed}) + :weight::int]`;
  return `coalesce(${decisive} > :now::timestamptz - interval '${STOP_WINDOW_DAYS} days', false)`;
}

export const ALLOWED = String(ALLOWED_WRONG);

// SECURITY(T-15): the last few are for known browsers, so that a stranger cannot use them up.
export const ALLOWED_TO_STRANGERS = `CASE WHEN browsers = '{}' THEN ${ALLOWED_WRONG} ELSE ${ALLOWED_WRONG - RESERVED_FOR_BROWSERS} END`;

/** The columns of a lane: wrong proofs are counted, and lock from the fifth in a row. A success clears both. */
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
 * Counts a wrong proof once for each factor that it could have matched. The newest are kept.
 * SECURITY(T-04): a try that does not count takes as long: its time is added in front of the failures and removed
 * again. With a plain copy of the column it was four microseconds faster.
 */
export function counted(count: Count, isWrong: string): string {
  return `${count} = ${withFailure(count, isWrong)}`;
}

/** The same, but a proof that restarts the count clears it. */
export function countedAnew(count: Count, isWrong: string, isAnew: string): string {
  return `${count} = CASE WHEN ${isAnew} THEN '{}' ELSE ${withFailure(count, isWrong)} END`;
}

function withFailure(count: Count, isWrong: string): string {
  const failure = 'array_fill(:now::timestamptz, ARRAY[:weight::int])';
  return `(CASE WHEN ${isWrong} THEN ${count} || ${failure} ELSE ${failure} || ${count} END)
                    [CASE WHEN ${isWrong} THEN greatest(1, cardinality(${count}) + 1 + :weight::int - :kept::int) ELSE 1 + :weight::int END:]`;
}

/**
 * SP 800-63B-4 §3.2.2: a proof that cannot be guessed lifts locks. SECURITY(T-45): counted wrong codes stay counted.
 * Otherwise each sign-in with a passkey would allow another hundred guesses.
 */
export function lifted(name: Lane, isRight: string): string {
  const [inRow, until] = [`${name}consecutive_failures`, `${name}locked_until`];
  return `
        ${inRow} = CASE WHEN ${isRight} THEN 0 ELSE ${inRow} END,
        ${until} = CASE WHEN ${isRight} THEN NULL ELSE ${until} END`;
}
