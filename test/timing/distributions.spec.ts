import fc from 'fast-check';
import { normalCritical, normalTwoSided, studentTwoSided } from './distributions.js';

const near = (value: number, expected: number, relative: number) =>
  expect(Math.abs(value / expected - 1)).toBeLessThan(relative);

// The expected values are from SciPy 1.17.
describe('the two-sided tail of the normal distribution', () => {
  it.each([
    [0.5, 0.6170750774519738],
    [1.96, 0.04999579029644087],
    [4.5, 6.795346249460107e-6],
    [8, 1.244192114854348e-15],
  ])('at %d is %d', (z, expected) => {
    near(normalTwoSided(z), expected, 2e-7);
    near(normalTwoSided(-z), expected, 2e-7);
  });

  it.each([
    [0.025, 1.9599639845],
    [0.005, 2.5758293035],
    [0.001, 3.0902323062],
  ])('has %d beyond %d on one side', (upper, expected) => near(normalCritical(upper), expected, 1e-6));
});

describe('the two-sided tail of Student’s t', () => {
  it.each([
    [1, 1, 0.5],
    [2.228, 10, 0.05001177181711132],
    [4.5, 33.3, 7.854071341685828e-5],
    [4, 500, 7.291606940371305e-5],
    [6, 1e5, 1.9799294556017718e-9],
  ])('at %d with %d degrees of freedom is %d', (t, df, expected) => near(studentTwoSided(t, df), expected, 1e-6));

  it('is heavier than the normal tail, and never above 1', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 8, noNaN: true }),
        fc.double({ min: 1, max: 1e4, noNaN: true }),
        (t, df) => {
          const p = studentTwoSided(t, df);
          expect(p).toBeLessThanOrEqual(1);
          expect(p).toBeGreaterThanOrEqual(normalTwoSided(t) * (1 - 1e-6));
        },
      ),
    );
  });
});
