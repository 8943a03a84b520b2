import { mostWithin, quantile, rateOf, upperBound } from './score.js';

describe('quantile', () => {
  it('is the nearest rank', () => {
    const values = [15, 20, 35, 40, 50];
    expect([0.05, 0.3, 0.4, 0.5, 1].map((share) => quantile(values, share))).toEqual([15, 20, 20, 35, 50]);
    expect(quantile([7], 0.95)).toBe(7);
    expect(quantile([], 0.5)).toBeNaN();
  });

  it('accepts values in any order', () => {
    expect(quantile([50, 15, 40, 20, 35], 0.5)).toBe(35);
  });
});

describe('mostWithin', () => {
  it('finds the fullest window, whose end is exclusive', () => {
    expect(mostWithin([], 10)).toBe(0);
    expect(mostWithin([0, 9, 10, 11, 18], 10)).toBe(4);
    expect(mostWithin([0, 10, 20], 10)).toBe(1);
    expect(mostWithin([5, 5, 5], 10)).toBe(3);
  });
});

describe('rateOf', () => {
  // The rule of three, and tables of exact Poisson bounds.
  it.each([
    [0, 2.996],
    [1, 4.744],
    [5, 10.513],
    [20, 29.062],
  ])('bounds %i events by a mean of %f', (events, bound) => {
    expect(upperBound(events)).toBeCloseTo(bound, 2);
  });

  it('is per thousand', () => {
    expect(rateOf(3, 6_000)).toMatchObject({ events: 3, perThousand: 0.5 });
    expect(rateOf(0, 3_000).atMost).toBeCloseTo(0.9986, 3);
  });
});
