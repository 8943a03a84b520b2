import { outcomeOf, SECONDS_TO_NEXT, TRIES } from './retry.policy.js';

describe('An alert that is sent', () => {
  it('is tried ten times within three and a half days, each time after a longer wait', () => {
    expect(TRIES).toBe(10);
    const all = SECONDS_TO_NEXT.reduce<number>((sum, seconds) => sum + seconds, 0);
    expect(all / 86_400).toBeCloseTo(3.15, 1);
    expect([...SECONDS_TO_NEXT].sort((one, other) => one - other)).toEqual(SECONDS_TO_NEXT);
  });

  it.each([
    [200, 'taken'],
    [204, 'taken'],
    [299, 'taken'],
    [301, 'again'],
    [400, 'again'],
    [404, 'again'],
    [410, 'gone'],
    [429, 'again'],
    [500, 'again'],
    [0, 'again'],
  ])('that gets a %i is %s', (status, outcome) => {
    expect(outcomeOf(status)).toBe(outcome);
  });
});
