// How proofs are counted, from the numbers of docs/limits.md: the fifth wrong code in a row locks for 30 s, each further one for
// twice as long, up to an hour. A run is too short for the hundredth.
export interface Budget {
  failures: number;
  lockedUntilMs: number;
}

export type Verdict = 'right' | 'wrong' | 'refused';

/** What a code was compared with: nothing of the user's own, or a factor and the step that it is right for. */
export interface Matched<Subject> {
  readonly subject: Subject | null;
  /** Null: a wrong code. */
  readonly step: number | null;
}

export const freshBudget = (): Budget => ({ failures: 0, lockedUntilMs: 0 });

/** `mayClaim`: whether a right code would be the first of its step, or what it activates is authorized still. */
export function verdictOf(
  budget: Budget,
  { subject, step }: Matched<unknown>,
  { nowMs, mayClaim }: { nowMs: number; mayClaim: boolean },
): Verdict {
  if (subject === null || budget.lockedUntilMs > nowMs) return 'refused';
  if (step === null) return 'wrong';
  return mayClaim ? 'right' : 'refused';
}

export function count(budget: Budget, verdict: Verdict, nowMs: number): void {
  if (verdict === 'right') Object.assign(budget, freshBudget());
  if (verdict !== 'wrong') return;
  budget.failures += 1;
  if (budget.failures >= 5) budget.lockedUntilMs = nowMs + Math.min(30 * 2 ** (budget.failures - 5), 3_600) * 1_000;
}
