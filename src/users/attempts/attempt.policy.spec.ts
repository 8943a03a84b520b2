import { lockLadder, lockSeconds } from './attempt.policy.js';

describe('attempt policy', () => {
  it('does not lock before the fifth wrong code in a row', () => {
    expect([0, 1, 2, 3, 4].map(lockSeconds)).toEqual([0, 0, 0, 0, 0]);
  });

  // The formula written out: min(30 s · 2^(n−5), 1 h).
  it('doubles the lock from 30 seconds to an hour and no further', () => {
    const expected = [30, 60, 120, 240, 480, 960, 1920, 3600, 3600];
    expect([5, 6, 7, 8, 9, 10, 11, 12, 13].map(lockSeconds)).toEqual(expected);
    expect(lockSeconds(1_000)).toBe(3_600);
  });

  it('gives the statement each step once', () => {
    expect(lockLadder()).toEqual([30, 60, 120, 240, 480, 960, 1920, 3600]);
  });

  // The locks alone allow more in 30 days than the stop at 100, so the stop is the bound.
  it('would allow more than a hundred tries a month without the stop', () => {
    let seconds = 0;
    let tries = 0;
    while (seconds <= 30 * 86_400) seconds += lockSeconds((tries += 1));
    expect(tries).toBeGreaterThan(100);
  });
});
