// The script in the store and the rule in gcra.policy.ts say the same: what one answers to a sequence of requests, the other does.
import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { counted, paceOf, type Quota } from '../../src/gate/throttle/gcra.policy.js';
import { GCRA_SCRIPT } from '../../src/gate/throttle/gcra-script.js';
import { PATIENCE_MS, StoreCounter } from '../../src/gate/throttle/store-counter.js';
import { redisMissing, redisPath, RedisServer } from '../support/redis-server.js';

// The script under a clock of the spec's, and without an end of what it keeps, which is by the machine's.
const UNDER_CLOCK = GCRA_SCRIPT.replace("redis.call('TIME')", '{ ARGV[3], ARGV[4] }').replace(
  ", 'PX', math.ceil(ahead / 1000)",
  '',
);
const SECOND_US = 1_000_000;

interface Step {
  /** Since the request before; below zero where the clock is set back. */
  readonly afterUs: number;
}

(redisPath === undefined ? describe.skip : describe)(`the script in the store${redisMissing}`, () => {
  let server: RedisServer;
  let counter: StoreCounter;
  let keys = 0;

  beforeAll(async () => {
    server = await RedisServer.start();
    counter = new StoreCounter(server.url);
    await counter.connect();
  });
  afterAll(async () => {
    counter.close();
    await server.stop();
  });

  const quotas: fc.Arbitrary<Quota> = fc.record({
    limit: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 10_000_000 })),
    windowMs: fc.constantFrom(1_000, 7_777, 60_000),
  });
  const waits = fc.oneof(
    fc.constant(0),
    fc.nat(100),
    fc.nat(2 * SECOND_US),
    fc.nat(90 * SECOND_US),
    fc.integer({ min: -3_600 * SECOND_US, max: 0 }),
  );
  const steps: fc.Arbitrary<Step[]> = fc.array(fc.record({ afterUs: waits }), { minLength: 1, maxLength: 60 });

  /** Both go through the sequence; the first request in which they differ, if there is one. */
  async function difference(client: Redis, quota: Quota, sequence: readonly Step[]): Promise<unknown> {
    const key = `spec:${(keys += 1)}`;
    const { intervalUs, wholeUs } = paceOf(quota);
    let nowUs = 1_800_000_000 * SECOND_US;
    let kept: number | undefined;
    for (const [index, { afterUs }] of sequence.entries()) {
      nowUs += afterUs;
      const time = [Math.floor(nowUs / SECOND_US), nowUs % SECOND_US];
      const theirs = await client.eval(UNDER_CLOCK, 1, key, intervalUs, wholeUs, ...time);
      const { isAllowed, aheadUs } = counted(kept, nowUs, paceOf(quota));
      kept = nowUs + aheadUs;
      const ours = [isAllowed ? 1 : 0, aheadUs, nowUs];
      const stored = Number(await client.get(key));
      if (JSON.stringify(ours) !== JSON.stringify(theirs) || stored !== kept) return { index, ours, theirs, stored };
    }
    return null;
  }

  it('decides as the rule does, for any limit, pace and clock', async () => {
    expect(UNDER_CLOCK).not.toMatch(/TIME|PX/);
    await server.ask((client) =>
      fc.assert(
        fc.asyncProperty(quotas, steps, async (quota, sequence) => {
          expect(await difference(client, quota, sequence)).toBeNull();
        }),
        { numRuns: 200 },
      ),
    );
  });

  it('decides as the rule does by the clock of the store, and ends by itself', async () => {
    const gaps = fc.array(fc.nat(12), { minLength: 1, maxLength: 20 });
    await server.ask((client) =>
      fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 20 }), gaps, async (limit, sequence) => {
          const quota = { limit, windowMs: 50 };
          const key = `spec:${(keys += 1)}`;
          let kept: number | undefined;
          for (const gap of sequence) {
            const { isAllowed, aheadUs, nowUs } = await counter.count(key, quota);
            expect({ isAllowed, aheadUs }).toEqual(counted(kept, nowUs, paceOf(quota)));
            kept = nowUs + aheadUs;
            await sleep(gap);
          }
          await sleep(60);
          expect(await client.exists(key)).toBe(0);
        }),
        { numRuns: 40 },
      ),
    );
  });

  it.each([
    ['text', 'what'],
    ['infinity', 'inf'],
    ['no number', 'nan'],
    ['a time in a thousand years', '33333333333000000'],
    ['nothing', ''],
  ])('finds its way where somebody left %s', async (_name, value) => {
    const quota = { limit: 2, windowMs: 60_000 };
    await server.ask((client) => client.set('spec:strange', value));
    const { aheadUs, nowUs } = await counter.count('spec:strange', quota);
    expect(aheadUs).toBeLessThanOrEqual(paceOf(quota).wholeUs);
    expect(await server.ask((client) => client.get('spec:strange'))).toBe(String(nowUs + aheadUs));
    expect(await server.ask((client) => client.pttl('spec:strange'))).toBeLessThanOrEqual(60_000);
  });

  it('is read though this process was too busy to see in time that it had answered', async () => {
    const quota = { limit: 2, windowMs: 60_000 };
    await counter.count('spec:busy', quota);
    const counting = counter.count('spec:busy', quota);
    for (const began = performance.now(); performance.now() - began < 3 * PATIENCE_MS;);
    expect(await counting).toMatchObject({ isAllowed: true });
  });

  it('is sent by its hash, and again to a store that has forgotten it', async () => {
    const calls = () =>
      server.ask(async (client) => {
        const stats = await client.info('commandstats');
        return ['eval', 'evalsha', 'script|load'].map((name) =>
          Number(new RegExp(`cmdstat_${name.replace('|', '\\|')}:calls=(\\d+)`).exec(stats)?.[1] ?? 0),
        );
      });
    const quota = { limit: 100, windowMs: 60_000 };
    await server.ask((client) => client.config('RESETSTAT'));
    for (let times = 0; times < 10; times += 1) await counter.count('spec:hash', quota);
    expect(await calls()).toEqual([0, 10, 0]);
    await server.ask((client) => client.script('FLUSH'));
    const counts = await Promise.all(Array.from({ length: 10 }, () => counter.count('spec:hash', quota)));
    expect(counts.every(({ isAllowed }) => isAllowed)).toBe(true);
    expect((await calls())[0]).toBe(0);
  });
});
