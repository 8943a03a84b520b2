import { isSentAgain } from './alert.policy.js';

describe('An alert', () => {
  it('is sent the first time, and at each power of ten', () => {
    const sent = Array.from({ length: 100_000 }, (_none, index) => index + 1).filter(isSentAgain);
    expect(sent).toEqual([1, 10, 100, 1_000, 10_000, 100_000]);
  });
});
