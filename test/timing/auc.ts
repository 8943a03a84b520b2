// How well one measured time tells two classes apart. This is the area under the ROC curve, which equals the
// Mann-Whitney statistic. 0.5 is chance, 1 is certainty. It needs no distribution: an outlier counts only by its rank.
import { normalCritical, normalTwoSided } from './distributions.js';

export interface Auc {
  /** P(a time of the second class is longer than one of the first), ties counted half. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Two-sided, of the hypothesis 0.5. */
  readonly p: number;
}

/**
 * The variance is that of DeLong, DeLong and Clarke-Pearson (Biometrics 44, 1988). It is computed from sorted
 * placements in O(n log n), as Sun and Xu show (IEEE Signal Processing Letters 21, 2014). The interval is the normal
 * one. Both classes need at least two values.
 */
export function aucOf(first: Float64Array, second: Float64Array, confidence = 0.99): Auc {
  const below = placements(first, second);
  const above = placements(second, first);
  const value = mean(above);
  const error = Math.sqrt(variance(below) / first.length + variance(above) / second.length);
  const half = normalCritical((1 - confidence) / 2) * error;
  const p = value === 0.5 ? 1 : normalTwoSided((value - 0.5) / error);
  return { value, low: Math.max(0, value - half), high: Math.min(1, value + half), p };
}

/**
 * The distance from 0.5 that a test finds with this power at this two-sided level, for `count` values a class. The
 * variance is that of the null hypothesis, (2n + 1) / 12n² (Mann and Whitney 1947).
 */
export function detectableAuc(count: number, { level, power }: { level: number; power: number }): number {
  const error = Math.sqrt((2 * count + 1) / (12 * count * count));
  return (normalCritical(level / 2) + normalCritical(1 - power)) * error;
}

/** For each value, the share of smaller values in the other class, ties counted half. */
function placements(values: Float64Array, others: Float64Array): Float64Array {
  const sorted = Float64Array.from(others).sort();
  let [smaller, notLarger] = [0, 0];
  return Float64Array.from(values)
    .sort()
    .map((value) => {
      while (smaller < sorted.length && (sorted[smaller] ?? 0) < value) smaller += 1;
      while (notLarger < sorted.length && (sorted[notLarger] ?? 0) <= value) notLarger += 1;
      return (smaller + notLarger) / 2 / sorted.length;
    });
}

export function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of a sample: divided by n - 1. */
export function variance(values: Float64Array): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}
