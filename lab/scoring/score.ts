// Figures for an attack and for a month of honest traffic. Pure functions.

/** The value below which this share lies (nearest rank). NaN for an empty list. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

/** The most within any window of this length; the times ascend, and the window's end is exclusive. */
export function mostWithin(timesMs: readonly number[], windowMs: number): number {
  let most = 0;
  let from = 0;
  for (const [index, time] of timesMs.entries()) {
    while (time - (timesMs[from] ?? 0) >= windowMs) from += 1;
    most = Math.max(most, index - from + 1);
  }
  return most;
}

export interface Rate {
  readonly events: number;
  /** Events in a thousand observations. */
  readonly perThousand: number;
  /** The upper bound in 95 of 100 such runs (the exact one-sided bound of a Poisson count, Garwood 1936). */
  readonly atMost: number;
}

export function rateOf(events: number, watched: number): Rate {
  return { events, perThousand: (1_000 * events) / watched, atMost: (1_000 * upperBound(events)) / watched };
}

const DOUBT = 0.05;

/** The mean at which this count or fewer happens five times in a hundred. */
export function upperBound(events: number): number {
  let [low, high] = [0, 10 + 4 * events];
  for (let step = 0; step < 60; step += 1) {
    const mean = (low + high) / 2;
    if (chanceOfAtMost(events, mean) > DOUBT) low = mean;
    else high = mean;
  }
  return high;
}

function chanceOfAtMost(events: number, mean: number): number {
  let term = Math.exp(-mean);
  let sum = term;
  for (let count = 1; count <= events; count += 1) sum += term *= mean / count;
  return sum;
}
