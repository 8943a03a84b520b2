import fc from 'fast-check';
import { QUANTILES, quantileDifferences, quantileOf } from './quantiles.js';
import { shifted, syntheticTimes } from './synthetic.js';

describe('a quantile', () => {
  it.each([
    [0, 1],
    [0.25, 1.75],
    [0.5, 2.5],
    [1, 4],
  ])('%d of {1, 2, 3, 4} is %d', (quantile, expected) => {
    expect(quantileOf(Float64Array.of(1, 2, 3, 4), quantile)).toBe(expected);
  });
});

describe('quantile differences', () => {
  it('equal the delay at every quantile if one class is the other delayed', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: -500, max: 500 }), (seed, by) => {
        const times = syntheticTimes(200, seed);
        const found = quantileDifferences(times, shifted(times, by));
        expect(found.map(({ quantile }) => quantile)).toEqual([...QUANTILES]);
        for (const { difference } of found) expect(difference).toBeCloseTo(by, 6);
      }),
    );
  });

  it('find a tail that only one class has', () => {
    const tail = syntheticTimes(3_000, 2).map((time, index) => (index % 20 === 0 ? time + 5_000 : time));
    const worst = quantileDifferences(syntheticTimes(3_000, 1), tail).sort((a, b) => a.p - b.p)[0];
    expect(worst?.quantile).toBeGreaterThanOrEqual(0.95);
    expect(worst?.p).toBeLessThan(1e-4);
    expect(worst?.difference).toBeGreaterThan(100);
  });

  it('are 0 with p = 1 if the classes are equal', () => {
    const times = syntheticTimes(100, 1);
    for (const { difference, p } of quantileDifferences(times, times)) expect([difference, p]).toEqual([0, 1]);
  });
});
