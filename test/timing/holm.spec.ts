import fc from 'fast-check';
import { holm } from './holm.js';

describe('Holm’s correction', () => {
  // By hand: 0.005·4, 0.01·3, 0.03·2, and 0.04·1 raised to the value before it.
  it('of 0.01, 0.04, 0.03 and 0.005 is 0.03, 0.06, 0.06 and 0.02', () => {
    const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
    for (const [index, expected] of [0.03, 0.06, 0.06, 0.02].entries())
      expect(adjusted[index]).toBeCloseTo(expected, 12);
  });

  it('never lowers a value, never exceeds Bonferroni, and keeps the order', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), (values) => {
        const adjusted = holm(values);
        for (const [index, p] of values.entries()) {
          expect(adjusted[index]).toBeGreaterThanOrEqual(p);
          expect(adjusted[index]).toBeLessThanOrEqual(Math.min(1, p * values.length));
          for (const [other, q] of values.entries())
            if (p < q) expect(adjusted[index]).toBeLessThanOrEqual(adjusted[other] ?? NaN);
        }
      }),
    );
  });
});
