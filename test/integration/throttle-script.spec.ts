// The script in the store and the rule in gcra.policy.ts give the same answers to every sequence of requests.
import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { counted, paceOf, type Quota } from '../../src/gate/throttle/gcra.policy.js';
import { GCRA_SCRIPT } from '../../src/gate/throttle/gcra-script.js';
import { PATIENCE_MS, StoreCounter } from '../../src/gate/throttle/store-counter.js';
import { redisMissing, redisPath, RedisServer } from '../support/redis-server.js';

// The script under the clock of this spec, and without the expiry of keys, which follows the clock of the machine.
const UNDER_CLOCK = GCRA_SCRIPT.replace("redis.call('TIME')", '{ ARGV[3], ARGV[4] }').replace(
  ", 'PX', math.ceil(ahead / 1000)",
  '',
);
const SECOND_US = 1_000_000;

interface Step {
  /** Microseconds since the previous request; negative when the clock is set back. */
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

  /** Runs both over the sequence; returns the first request for which they differ, or null. */
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

  it('decides like the rule for any limit, pace and clock', async () => {
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

  it('decides like the rule by the clock of the store, and its keys expire', async () => {
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
    ['a time in 1,000 years', '33333333333000000'],
    ['nothing', ''],
  ])('recovers from a key that holds %s', async (_name, value) => {
    const quota = { limit: 2, windowMs: 60_000 };
    await server.ask((client) => client.set('spec:strange', value));
    const { aheadUs, nowUs } = await counter.count('spec:strange', quota);
    expect(aheadUs).toBeLessThanOrEqual(paceOf(quota).wholeUs);
    expect(await server.ask((client) => client.get('spec:strange'))).toBe(String(nowUs + aheadUs));
    expect(await server.ask((client) => client.pttl('spec:strange'))).toBeLessThanOrEqual(60_000);
  });

  it('reads an answer that arrived in time while this process was busy', async () => {
    const quota = { limit: 2, windowMs: 60_000 };
    await counter.count('spec:busy', quota);
    const counting = counter.count('spec:busy', quota);
    for (const began = performance.now(); performance.now() - began < 3 * PATIENCE_MS;);
    expect(await counting).toMatchObject({ isAllowed: true });
  });

  it('is sent by its hash, and again to a store that lost it', async () => {
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
