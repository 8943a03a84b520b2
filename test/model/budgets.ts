// How proofs are counted, from docs/limits.md. The fifth wrong code in a row locks for 30 s, and each further one for
// twice as long, up to an hour. A hundred in 30 days stop codes. Each wrong code counts once for every authenticator
// that it could have matched.
export interface Budget {
  failures: number;
  lockedUntilMs: number;
  /** When each was counted; unlocks, successes and tickets do not remove any. */
  counted: number[];
}

const ALLOWED = 100;
const WINDOW_MS = 30 * 86_400_000;

export type Verdict = 'right' | 'wrong' | 'refused';

/** The factor that a code was compared with and its step, or no factor of the user. */
export interface Matched<Subject> {
  readonly subject: Subject | null;
  /** Null: a wrong code. */
  readonly step: number | null;
  /** How many authenticators it was compared with; one when absent. */
  readonly weight?: number;
}

export const freshBudget = (): Budget => ({ failures: 0, lockedUntilMs: 0, counted: [] });

export function unlock(budget: Budget): void {
  Object.assign(budget, { failures: 0, lockedUntilMs: 0 });
}

function isSpent({ counted }: Budget, weight: number, nowMs: number): boolean {
  return counted.filter((at) => at > nowMs - WINDOW_MS).length + weight > ALLOWED;
}

interface Circumstances {
  readonly nowMs: number;
  /** Whether a right code would be the first of its step, and whether its authorization is still valid. */
  readonly mayClaim: boolean;
  /** Whether it is the first code of a factor, which is checked even while codes are stopped. */
  readonly rebinds?: boolean;
}

export function verdictOf(budget: Budget, matched: Matched<unknown>, circumstances: Circumstances): Verdict {
  if (matched.subject === null || isClosed(budget, matched, circumstances)) return 'refused';
  if (matched.step === null) return 'wrong';
  return circumstances.mayClaim ? 'right' : 'refused';
}

function isClosed(budget: Budget, { weight = 1 }: Matched<unknown>, { nowMs, rebinds }: Circumstances): boolean {
  return budget.lockedUntilMs > nowMs || (rebinds !== true && isSpent(budget, weight, nowMs));
}

export function count(
  budget: Budget,
  verdict: Verdict,
  { nowMs, weight = 1 }: { nowMs: number; weight?: number },
): void {
  if (verdict === 'right') unlock(budget);
  if (verdict !== 'wrong') return;
  budget.counted.push(...Array<number>(weight).fill(nowMs));
  budget.failures += 1;
  if (budget.failures >= 5) budget.lockedUntilMs = nowMs + Math.min(30 * 2 ** (budget.failures - 5), 3_600) * 1_000;
}
