// Many tests at once: Holm's step-down correction (Scandinavian Journal of Statistics 6, 1979). Below a level, the chance
// of one false alarm or more among all tests is at most that level, however the tests depend on each other.

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
