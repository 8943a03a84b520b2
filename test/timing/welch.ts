// Welch's t-test on all times and on 100 crops. Below a threshold the long tail of a busy machine is gone, and a
// difference that only the fast answers show becomes visible. After dudect (Reparaz, Balasch, Verbauwhede, DATE 2017).
import { mean, variance } from './auc.js';
import { studentTwoSided } from './distributions.js';
import { joined, quantileOf } from './quantiles.js';

export interface Welch {
  /** Positive when the second class takes longer. */
  readonly t: number;
  readonly df: number;
  readonly p: number;
}

export interface Cropped {
  /** The test with the smallest p of all. */
  readonly t: number;
  /** The share of both classes together below the threshold; 1 for the test on all. */
  readonly kept: number;
  readonly tests: number;
  /** That p times the number of tests (Bonferroni). This is conservative, because crops overlap. */
  readonly p: number;
}

const CROPS = 100;
/** A crop with fewer values of a class is skipped. */
const LEAST = 30;

export function welch(first: Float64Array, second: Float64Array): Welch {
  const [a, b] = [variance(first) / first.length, variance(second) / second.length];
  const difference = mean(second) - mean(first);
  // Welch (Biometrika 34, 1947), with the degrees of freedom of Satterthwaite.
  const df = (a + b) ** 2 / (a ** 2 / (first.length - 1) + b ** 2 / (second.length - 1));
  const t = difference === 0 ? 0 : difference / Math.sqrt(a + b);
  return { t, df, p: difference === 0 ? 1 : studentTwoSided(t, df) };
}

/** The share that crop `index` of 0 to 99 keeps: from 7 % to 99.9 %, dense where the tail begins. */
export function keptShare(index: number): number {
  return 1 - 0.5 ** ((10 * (index + 1)) / CROPS);
}

/** One threshold serves both classes: cropping each at its own quantile would hide the difference. */
export function croppedWelch(first: Float64Array, second: Float64Array): Cropped {
  const pooled = joined(first, second);
  const shares = [...Array.from({ length: CROPS }, (_none, index) => keptShare(index)), 1];
  const tests = shares.flatMap((kept) => {
    const limit = quantileOf(pooled, kept);
    const [a, b] = [first.filter((value) => value <= limit), second.filter((value) => value <= limit)];
    return Math.min(a.length, b.length) < LEAST ? [] : [{ kept, ...welch(a, b) }];
  });
  const worst = tests.reduce((least, test) => (test.p < least.p ? test : least), { t: 0, kept: 1, p: 1 });
  return { t: worst.t, kept: worst.kept, tests: tests.length, p: Math.min(1, worst.p * Math.max(1, tests.length)) };
}
