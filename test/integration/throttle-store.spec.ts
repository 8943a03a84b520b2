// T-43. Where the service counts requests: in its process, in the shared store, or in its process because the store is
// unreachable or gives wrong answers.
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { openThrottleStore } from '../../src/gate/throttle/open-throttle-store.js';
import type { ThrottleStore } from '../../src/gate/throttle/limits.js';
import { SystemClock } from '../../src/platform/clock/clock.js';
import { readSettings } from '../../src/platform/config/settings.js';
import { KeyRing } from '../../src/platform/crypto/key-ring.js';
import { Log } from '../../src/platform/logging/log.js';
import type { Platform } from '../../src/platform/platform.module.js';
import { LyingStore } from '../support/lying-store.js';
import { freePort, redisMissing, redisPath, RedisServer } from '../support/redis-server.js';

const MINUTE_MS = 60_000;

describe('the throttle store', () => {
  let lines: string[];
  let store: ThrottleStore | undefined;

  beforeEach(() => {
    lines = [];
    store = undefined;
  });
  afterEach(() => store?.close());

  async function opened(url?: string, keyRing = KeyRing.parse(KeyRing.generate())): Promise<ThrottleStore> {
    const destination = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        lines.push(chunk.toString());
        done();
      },
    });
    const settings = readSettings(url === undefined ? {} : { REDIS_URL: url });
    const platform = { settings, keyRing, clock: new SystemClock(), log: new Log('info', destination) };
    // The throttle store does not use the database.
    store = await openThrottleStore(platform as unknown as Platform);
    return store;
  }

  const warnings = () => lines.filter((line) => line.includes('does not answer')).length;

  it('counts in the process if no store is configured, and says so', async () => {
    const memory = await opened();
    expect(memory.words()).toBe('counted in this process, not shared between instances');
    expect(await memory.increment('client:a', MINUTE_MS, 40)).toMatchObject({ limit: 40, totalHits: 1 });
    expect([memory.outages, warnings()]).toEqual([0, 0]);
  });

  it('starts without an unreachable store within 2.5 seconds, at a quarter of the limits, and hides the password', async () => {
    const port = await freePort();
    const began = performance.now();
    const alone = await opened(`redis://:s3cret@127.0.0.1:${port}/1`);
    expect(performance.now() - began).toBeLessThan(2_500);
    expect(alone.words()).toBe(
      `redis://127.0.0.1:${port}/1 does not answer: counted in this process, at a quarter of the limits, until it does`,
    );
    expect(await alone.increment('client:a', MINUTE_MS, 40)).toMatchObject({ limit: 10, totalHits: 1 });
    expect(await alone.increment('client:b', MINUTE_MS, 3)).toMatchObject({ limit: 1, isBlocked: false });
    expect(await alone.increment('client:b', MINUTE_MS, 3)).toMatchObject({ limit: 1, isBlocked: true });
    expect([alone.outages, warnings()]).toEqual([1, 1]);
    expect(lines.join('')).not.toContain('s3cret');
  });

  it.each<[string, string | undefined]>([
    ['a word', '+OK\r\n'],
    ['nothing there', '$-1\r\n'],
    ['too little', '*2\r\n:1\r\n:10000\r\n'],
    ['words for numbers', '*3\r\n$1\r\n1\r\n$5\r\n10000\r\n$1\r\n1\r\n'],
    ['a year to wait', '*3\r\n:0\r\n:31536000000000\r\n:1\r\n'],
    ['less than nothing', '*3\r\n:1\r\n:-1\r\n:1\r\n'],
    ['neither yes nor no', '*3\r\n:2\r\n:10000\r\n:1\r\n'],
    ['an error of a replica', "-READONLY You can't write against a read only replica.\r\n"],
    ['an unknown script', '-NOSCRIPT No matching script.\r\n'],
    ['another protocol', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['nothing at all', undefined],
  ])('treats a store that answers %s as unreachable', async (_name, lie) => {
    const liar = await LyingStore.open();
    liar.lie = lie;
    const alone = await opened(liar.url);
    const began = performance.now();
    for (let hit = 1; hit <= 10; hit += 1)
      expect(await alone.increment('client:a', MINUTE_MS, 40)).toMatchObject({ limit: 10, totalHits: hit });
    expect(await alone.increment('client:a', MINUTE_MS, 40)).toMatchObject({ isBlocked: true, timeToExpire: 6 });
    // These answers did not wait for a timeout.
    expect(performance.now() - began).toBeLessThan(100);
    expect([alone.outages, warnings()]).toEqual([1, 1]);
    await liar.close();
  });

  it('uses the store again within seconds after its answers are correct', async () => {
    const liar = await LyingStore.open();
    liar.lie = '+OK\r\n';
    const shared = await opened(liar.url);
    liar.lie = '*3\r\n:1\r\n:1000\r\n:1\r\n';
    const began = performance.now();
    while (!lines.join('').includes('is back') && performance.now() - began < 5_000) await sleep(25);
    expect(await shared.increment('client:a', MINUTE_MS, 40)).toMatchObject({ limit: 40, isBlocked: false });
    expect(shared.words()).toMatch(/^shared between instances, in redis:\/\/127\.0\.0\.1:\d+$/);
    await liar.close();
  });

  (redisPath === undefined ? it.skip : it)(`shares with its own installation only${redisMissing}`, async () => {
    const server = await RedisServer.start();
    const keyRing = KeyRing.parse(KeyRing.generate());
    const stores = [await opened(server.url, keyRing), await opened(server.url, keyRing), await opened(server.url)];
    const hits: number[] = [];
    for (const each of stores) hits.push((await each.increment('client:a', MINUTE_MS, 40)).totalHits);
    expect(hits).toEqual([1, 2, 1]);
    for (const each of stores) each.close();
    await server.stop();
  });
});
