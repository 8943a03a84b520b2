// The calls to providers are in test/integration/message-transports.spec.ts.
import { SystemClock } from '../../platform/clock/clock.js';
import { Breakers } from './breakers.js';

const FAILURES = 5;
const REST_MS = 30_000;
const fails = () => Promise.reject(new Error('it failed'));

describe('circuit breakers', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  async function open(breakers: Breakers, name: string): Promise<void> {
    for (let time = 0; time < FAILURES; time += 1) await expect(breakers.guard(name, fails)).rejects.toThrow();
  }

  it('pass every answer on', async () => {
    const breakers = new Breakers(10, new SystemClock());
    for (let time = 0; time <= FAILURES; time += 1) {
      expect(await breakers.guard('a', () => Promise.resolve(false))).toBe(false);
    }
  });

  it('count only failures in a row', async () => {
    const breakers = new Breakers(10, new SystemClock());
    for (let time = 0; time < 3; time += 1) {
      for (let failure = 1; failure < FAILURES; failure += 1)
        await expect(breakers.guard('a', fails)).rejects.toThrow();
      expect(await breakers.guard('a', () => Promise.resolve('yes'))).toBe('yes');
    }
  });

  it('open for one name and no other', async () => {
    const breakers = new Breakers(10, new SystemClock());
    await open(breakers, 'a');
    expect(await breakers.guard('a', fails)).toBe('resting');
    await expect(breakers.guard('b', fails)).rejects.toThrow();
  });

  it('allow one call after the pause, which starts again if it fails', async () => {
    const breakers = new Breakers(10, new SystemClock());
    await open(breakers, 'a');
    jest.advanceTimersByTime(REST_MS - 1);
    expect(await breakers.guard('a', fails)).toBe('resting');
    jest.advanceTimersByTime(1);
    await expect(breakers.guard('a', fails)).rejects.toThrow();
    jest.advanceTimersByTime(REST_MS - 1);
    expect(await breakers.guard('a', fails)).toBe('resting');
    jest.advanceTimersByTime(1);
    expect(await breakers.guard('a', () => Promise.resolve('yes'))).toBe('yes');
    expect(await breakers.guard('a', () => Promise.resolve('yes'))).toBe('yes');
  });

  it.each([
    ['fails', 'resting', 1],
    ['succeeds', 'yes', 4],
  ])('let other calls wait for the trial: it %s', async (outcome, answer, calls) => {
    const breakers = new Breakers(10, new SystemClock());
    await open(breakers, 'a');
    jest.advanceTimersByTime(REST_MS);
    let called = 0;
    const ask = async () => {
      called += 1;
      await Promise.resolve();
      if (outcome === 'fails') throw new Error('it failed');
      return 'yes';
    };
    const [trial, ...others] = await Promise.allSettled([1, 2, 3, 4].map(() => breakers.guard('a', ask)));
    expect(trial?.status).toBe(outcome === 'fails' ? 'rejected' : 'fulfilled');
    expect(others).toEqual(Array(3).fill({ status: 'fulfilled', value: answer }));
    expect(called).toBe(calls);
  });

  it('are limited in number: the least recently used one is evicted', async () => {
    const breakers = new Breakers(2, new SystemClock());
    await open(breakers, 'a');
    await open(breakers, 'b');
    expect(await breakers.guard('a', fails)).toBe('resting');
    await expect(breakers.guard('c', fails)).rejects.toThrow();
    expect(await breakers.guard('a', fails)).toBe('resting');
    await expect(breakers.guard('b', fails)).rejects.toThrow();
  });
});
