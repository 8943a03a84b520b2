// Quantiles of two classes side by side: at which quantile they differ, and by how many microseconds.
import { normalTwoSided } from './distributions.js';

export const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95, 0.99] as const;

export interface QuantileDifference {
  readonly quantile: number;
  /** The second class's quantile less the first's, in the unit of the values. */
  readonly difference: number;
  /** Two-sided, of the hypothesis that as large a share of each class lies below the common quantile. */
  readonly p: number;
}

/** Of sorted values, interpolated (Hyndman and Fan 1996, type 7). */
export function quantileOf(sorted: Float64Array, quantile: number): number {
  const place = (sorted.length - 1) * quantile;
  const [low, high] = [sorted[Math.floor(place)] ?? NaN, sorted[Math.ceil(place)] ?? NaN];
  return low + (high - low) * (place - Math.floor(place));
}

/**
 * Mood's median test (1954), at each quantile: both classes are cut at the common quantile, and the shares below it are
 * compared. It needs no density estimate, which heavy tails would spoil.
 */
export function quantileDifferences(first: Float64Array, second: Float64Array): QuantileDifference[] {
  const [a, b] = [sorted(first), sorted(second)];
  const pooled = joined(a, b);
  return QUANTILES.map((quantile) => {
    const cut = quantileOf(pooled, quantile);
    const [belowA, belowB] = [countBelow(a, cut), countBelow(b, cut)];
    const share = (belowA + belowB) / pooled.length;
    const error = Math.sqrt(share * (1 - share) * (1 / a.length + 1 / b.length));
    const gap = belowA / a.length - belowB / b.length;
    const difference = quantileOf(b, quantile) - quantileOf(a, quantile);
    return { quantile, difference, p: gap === 0 ? 1 : normalTwoSided(gap / error) };
  });
}

/** Both, sorted. */
export function joined(first: Float64Array, second: Float64Array): Float64Array {
  const both = new Float64Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both.sort();
}

function sorted(values: Float64Array): Float64Array {
  return Float64Array.from(values).sort();
}

function countBelow(values: Float64Array, limit: number): number {
  const index = values.findIndex((value) => value >= limit);
  return index < 0 ? values.length : index;
}
