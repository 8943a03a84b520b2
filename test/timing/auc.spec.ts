import fc from 'fast-check';
import { aucOf, detectableAuc, variance } from './auc.js';
import { shifted, syntheticTimes } from './synthetic.js';

const of = (...values: number[]) => Float64Array.from(values);
const sample = fc
  .array(fc.integer({ min: 0, max: 20 }), { minLength: 2, maxLength: 30 })
  .map((values) => of(...values));

/** The definition, pair by pair: DeLong's placements without sorting. */
function byPairs(first: Float64Array, second: Float64Array): { value: number; variance: number } {
  const score = (x: number, y: number) => (y > x ? 1 : y === x ? 0.5 : 0);
  const share = (values: Float64Array, of: (value: number) => number) =>
    [...values].reduce((sum, value) => sum + of(value), 0) / values.length;
  const ofFirst = first.map((x) => share(second, (y) => score(x, y)));
  const ofSecond = second.map((y) => share(first, (x) => score(x, y)));
  return {
    value: share(ofSecond, (part) => part),
    variance: variance(ofFirst) / first.length + variance(ofSecond) / second.length,
  };
}

describe('the AUC', () => {
  // By hand: of nine pairs six are in order and two are ties, 7/9. Both variances of placements are 7/108. The standard
  // error is √(7/162) = 0.20787, and 2.5758 times that is 0.53545.
  it('of {1, 2, 3} and {2, 3, 4} is 7/9, with the interval calculated by hand', () => {
    const { value, low, high } = aucOf(of(1, 2, 3), of(2, 3, 4));
    expect(value).toBeCloseTo(7 / 9, 12);
    expect(low).toBeCloseTo(7 / 9 - 0.53545, 4);
    expect(high).toBe(1);
  });

  it('equals the count over all pairs, and so does its variance', () => {
    fc.assert(
      fc.property(sample, sample, (first, second) => {
        const [auc, slow] = [aucOf(first, second, 0.95), byPairs(first, second)];
        expect(auc.value).toBeCloseTo(slow.value, 10);
        const half = 1.959964 * Math.sqrt(slow.variance);
        expect(auc.low).toBeCloseTo(Math.max(0, slow.value - half), 5);
        expect(auc.high).toBeCloseTo(Math.min(1, slow.value + half), 5);
      }),
    );
  });

  it('is symmetric in the two classes', () => {
    fc.assert(
      fc.property(sample, sample, (first, second) => {
        const [there, back] = [aucOf(first, second), aucOf(second, first)];
        expect(there.value).toBeCloseTo(1 - back.value, 10);
        expect(there.p).toBeCloseTo(back.p, 10);
      }),
    );
  });

  it('is 0.5 if all times are equal', () => {
    expect(aucOf(of(5, 5, 5), of(5, 5))).toEqual({ value: 0.5, low: 0.5, high: 0.5, p: 1 });
  });

  it('has 0.5 in 99 of 100 of its intervals if there is no difference', () => {
    const runs = Array.from({ length: 500 }, (_none, run) =>
      aucOf(syntheticTimes(150, 2 * run), syntheticTimes(150, 2 * run + 1)),
    );
    const missed = runs.filter(({ low, high }) => low > 0.5 || high < 0.5).length;
    // 5 expected, standard deviation 2.2.
    expect(missed).toBeLessThanOrEqual(13);
    expect(runs.filter(({ p }) => p < 0.05).length).toBeGreaterThan(10);
  });
});

describe('the detectable AUC', () => {
  // By hand: (2.5758 + 1.2816) · √(120,001 / (12 · 60,000²)) = 3.8574 · 0.0016667.
  it('is 0.0064 from 0.5 for 60,000 times a class at 1 %', () => {
    expect(detectableAuc(60_000, { level: 0.01, power: 0.9 })).toBeCloseTo(0.006429, 5);
  });

  it('is found about nine times in ten', () => {
    const level = 0.01;
    const wanted = 0.5 + detectableAuc(400, { level, power: 0.9 });
    const [long, other] = [syntheticTimes(20_000, 1), syntheticTimes(20_000, 2)];
    let [low, high] = [0, 500];
    while (high - low > 1) {
      const middle = (low + high) / 2;
      if (aucOf(long, shifted(other, middle)).value < wanted) low = middle;
      else high = middle;
    }
    const found = Array.from({ length: 300 }, (_none, run) =>
      aucOf(syntheticTimes(400, 2 * run), shifted(syntheticTimes(400, 2 * run + 1), low)),
    ).filter(({ p }) => p < level).length;
    expect(found / 300).toBeGreaterThan(0.83);
    expect(found / 300).toBeLessThan(0.96);
  });
});
