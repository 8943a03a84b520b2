// Holm's step-down correction for many tests (Scandinavian Journal of Statistics 6, 1979). The chance of one or more
// false alarms among all tests is at most the level, for any dependence between the tests.

/** Adjusted p values, in the order given. */
export function holm(values: readonly number[]): number[] {
  const order = values.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  const adjusted = Array<number>(values.length).fill(1);
  let largest = 0;
  for (const [rank, { p, index }] of order.entries()) {
    largest = Math.max(largest, Math.min(1, p * (values.length - rank)));
    adjusted[index] = largest;
  }
  return adjusted;
}
