import { Clock, SystemClock } from './clock.js';

class StoppedClock extends Clock {
  nowMs(): number {
    return 1_700_000_000_123;
  }
}

describe('Clock', () => {
  it('gives the same moment as a number and as a Date', () => {
    expect(new StoppedClock().now().toISOString()).toBe('2023-11-14T22:13:20.123Z');
  });

  it('reads the machine’s time, to the millisecond, in the product', () => {
    const before = Date.now();
    const between = new SystemClock().nowMs();
    expect(between).toBeGreaterThanOrEqual(before);
    expect(between).toBeLessThanOrEqual(Date.now());
  });
});
