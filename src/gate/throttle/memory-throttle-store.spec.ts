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

  it('blocks what goes beyond the limit, and tells when the window ends, rounded up', async () => {
    expect(await store.increment('a', 60_000, 2)).toMatchObject({ totalHits: 1, timeToExpire: 60, isBlocked: false });
    clock.ms += 1;
    expect(await store.increment('a', 60_000, 2)).toMatchObject({ totalHits: 2, timeToExpire: 60, isBlocked: false });
    clock.ms += 59_998;
    expect(await store.increment('a', 60_000, 2)).toMatchObject({ totalHits: 3, timeToExpire: 1, isBlocked: true });
  });

  it('is not held closed by those who go on trying', async () => {
    for (let tries = 0; tries < 10; tries += 1) await store.increment('a', 60_000, 2);
    clock.ms += 60_000;
    expect(await store.increment('a', 60_000, 2)).toMatchObject({ totalHits: 1, isBlocked: false });
  });

  it('counts each key by itself', async () => {
    for (let tries = 0; tries < 3; tries += 1) await store.increment('a', 60_000, 2);
    expect(await store.increment('b', 60_000, 2)).toMatchObject({ isBlocked: false });
  });

  it('is not held closed by a clock that was set back', async () => {
    for (let tries = 0; tries < 3; tries += 1) await store.increment('a', 60_000, 2);
    clock.ms -= 3_600_000;
    expect(await store.increment('a', 60_000, 2)).toMatchObject({ isBlocked: false, timeToExpire: 60 });
  });

  it('forgets the oldest window first when there are too many', async () => {
    for (let tries = 0; tries < 3; tries += 1) await store.increment('first', 60_000, 2);
    for (let tries = 0; tries < 3; tries += 1) await store.increment('second', 60_000, 2);
    for (let key = 0; key < 99_999; key += 1) await store.increment(`k${key}`, 60_000, 2);
    expect(await store.increment('second', 60_000, 2)).toMatchObject({ isBlocked: true });
    expect(await store.increment('first', 60_000, 2)).toMatchObject({ isBlocked: false });
  });
});
