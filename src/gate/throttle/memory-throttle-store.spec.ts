import { Clock } from '../../platform/clock/clock.js';
import { MemoryThrottleStore } from './memory-throttle-store.js';

class FakeClock extends Clock {
  ms = 1_000_000;

  nowMs(): number {
    return this.ms;
  }
}

describe('MemoryThrottleStore', () => {
  let clock: FakeClock;
  let store: MemoryThrottleStore;

  beforeEach(() => {
    clock = new FakeClock();
    store = new MemoryThrottleStore(clock);
  });

  it('blocks requests beyond the limit, and says when one more is free, rounded up', async () => {
    expect(await store.increment('a', 60_000, 2)).toMatchObject({ totalHits: 1, timeToExpire: 30, isBlocked: false });
    clock.ms += 1;
    expect(await store.increment('a', 60_000, 2)).toMatchObject({ totalHits: 2, timeToExpire: 30, isBlocked: false });
    clock.ms += 29_998;
    expect(await store.increment('a', 60_000, 2)).toMatchObject({ totalHits: 3, timeToExpire: 1, isBlocked: true });
    clock.ms += 1;
    expect(await store.increment('a', 60_000, 2)).toMatchObject({ totalHits: 2, timeToExpire: 30, isBlocked: false });
    expect(await store.increment('a', 60_000, 2)).toMatchObject({
      totalHits: 3,
      timeToBlockExpire: 30,
      isBlocked: true,
    });
  });

  it('returns the limit that it counted against', async () => {
    expect(await store.increment('a', 60_000, 2)).toMatchObject({ limit: 2 });
  });

  it('is not kept blocked by callers that keep trying', async () => {
    for (let tries = 0; tries < 10; tries += 1) await store.increment('a', 60_000, 2);
    for (let second = 0; second < 29; second += 1) {
      clock.ms += 1_000;
      expect(await store.increment('a', 60_000, 2)).toMatchObject({ isBlocked: true, timeToExpire: 29 - second });
    }
    clock.ms += 1_000;
    expect(await store.increment('a', 60_000, 2)).toMatchObject({ isBlocked: false });
    clock.ms += 60_000;
    expect(await store.increment('a', 60_000, 2)).toMatchObject({ totalHits: 1, isBlocked: false });
  });

  it('counts each key by itself', async () => {
    for (let tries = 0; tries < 3; tries += 1) await store.increment('a', 60_000, 2);
    expect(await store.increment('b', 60_000, 2)).toMatchObject({ isBlocked: false });
  });

  it('is not kept blocked by a clock that was set back', async () => {
    for (let tries = 0; tries < 3; tries += 1) await store.increment('a', 60_000, 2);
    clock.ms -= 3_600_000;
    expect(await store.increment('a', 60_000, 2)).toMatchObject({ isBlocked: false, totalHits: 1 });
    expect(await store.increment('a', 60_000, 2)).toMatchObject({ isBlocked: false, totalHits: 2 });
    expect(await store.increment('a', 60_000, 2)).toMatchObject({ isBlocked: true, timeToExpire: 30 });
  });

  it('grants nothing for a clock that was set back by less than the spent time', async () => {
    for (let tries = 0; tries < 2; tries += 1) await store.increment('a', 60_000, 2);
    clock.ms += 20_000;
    expect(await store.increment('a', 60_000, 2)).toMatchObject({ isBlocked: true });
    clock.ms -= 20_000;
    expect(await store.increment('a', 60_000, 2)).toMatchObject({ isBlocked: true });
  });

  it('evicts the least recently seen caller when there are too many', async () => {
    for (let tries = 0; tries < 3; tries += 1) await store.increment('first', 60_000, 2);
    for (let tries = 0; tries < 3; tries += 1) await store.increment('second', 60_000, 2);
    for (let key = 0; key < 99_999; key += 1) await store.increment(`k${key}`, 60_000, 2);
    expect(await store.increment('second', 60_000, 2)).toMatchObject({ isBlocked: true });
    expect(await store.increment('first', 60_000, 2)).toMatchObject({ isBlocked: false });
  });
});
