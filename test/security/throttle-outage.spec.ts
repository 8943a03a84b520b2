// R-10, T-43, T-11. The attacker breaks the throttle store or waits until it breaks: it is killed, it hangs, or it
// refuses writes. They hope that requests are no longer counted, or that all requests wait.
import { setTimeout as sleep } from 'node:timers/promises';
import { OPERATOR_TENANT_ID } from '../../src/contract/reserved-tenants.js';
import { call, enrolled, tokenOf, wrongCode, type Answer, type EnrolledUser } from '../support/api.js';
import { burst, quotaIn, tell } from '../support/bursts.js';
import { redisMissing, redisPath, RedisServer } from '../support/redis-server.js';
import { TestService, type Instance } from '../support/service.js';

jest.setTimeout(60_000);

const LIMIT = 80;
const QUARTER = 20;
const DOWN = 'the throttle store does not answer';
const BACK = 'the throttle store answers again';
const TOLD = 'alert: throttle_store_down';
/** The extra time that a request may take while the store hangs: 100 ms of patience, and as much to notice. */
const BOUND_MS = 200;

(redisPath === undefined ? describe.skip : describe)(`without the throttle store${redisMissing}`, () => {
  let server: RedisServer;
  let service: TestService;
  let user: EnrolledUser;
  let urls: string[];
  let wronged: string;

  beforeAll(async () => {
    server = await RedisServer.start();
    service = await TestService.start(2, { THROTTLE_CLIENT: String(LIMIT), REDIS_URL: server.url });
    urls = service.instances.map(({ url }) => url);
    wronged = await token();
    user = await enrolled(service.url, await token(), 'ada');
  });
  afterAll(async () => {
    server.resume();
    await service.stop();
    await server.stop();
  });
  afterEach(() => settled());

  /** A token of a client that was not counted before. */
  async function token(): Promise<string> {
    return tokenOf(service.url, await service.tenant());
  }

  const lines = (text: string, from: readonly Instance[] = service.instances) =>
    from.map((instance) => instance.output().split(text).length - 1);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

  async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
    for (const began = performance.now(); !(await isSo());) {
      if (performance.now() - began > 10_000) throw new Error(`it did not come to this: ${what}`);
      await sleep(25);
    }
  }

  /** Every instance that reported the store down has reported it back. */
  const settled = () => until('back', () => String(lines(DOWN)) === String(lines(BACK)));

  /** One request to each instance, so that each notices. */
  const touched = () => Promise.all(urls.map((url) => call(url, { path: '/health/live' })));

  interface Sent {
    readonly may: number;
    readonly answer: Answer;
    readonly tookMs: number;
  }

  /** Sends requests that must be refused to both instances until stopped; records the expected status of each. */
  function attack(): () => Promise<Sent[]> {
    let isOver = false;
    const code = wrongCode(user.secret);
    const tries = [
      [401, () => call(urls[0] ?? '', { path: '/v1/users/ada/factors', token: 'x.y.z' })],
      [401, () => call(urls[1] ?? '', { path: '/v1/users/ada/factors' })],
      [422, () => call(urls[1] ?? '', { path: '/v1/users/ada/verify', token: wronged, body: { code } })],
      [404, () => call(urls[0] ?? '', { path: '/nowhere' })],
    ] as const;
    const loop = async (may: number, send: () => Promise<Answer>) => {
      const sent: Sent[] = [];
      while (!isOver) {
        const began = performance.now();
        const answer = await send();
        sent.push({ may, answer, tookMs: performance.now() - began });
        await sleep(5);
      }
      return sent;
    };
    const loops = tries.map(([may, send]) => loop(may, send));
    return async () => {
      isOver = true;
      return (await Promise.all(loops)).flat();
    };
  }

  function expectRefusals(sent: readonly Sent[]): void {
    expect(sent.length).toBeGreaterThan(100);
    // 503 comes from the database on a busy machine: a refusal too.
    const others = sent.filter(({ may, answer: { status } }) => ![may, 429, 503].includes(status));
    expect(others.map(({ may, answer }) => [may, answer.status])).toEqual([]);
    for (const may of [401, 422, 404]) expect(sent.some(({ answer }) => answer.status === may)).toBe(true);
  }

  /** Checks that one instance answers exactly `limit` requests of a new client, and announces that limit. */
  async function expectLimit(limit: number, at: readonly string[]): Promise<void> {
    const fresh = await token();
    // The schema refuses it after the throttles have accepted it.
    const wish = { path: '/v1/users/ada/verify', body: { code: 'not a code' }, token: fresh };
    const measured = await burst({ urls: at, count: 2 * limit + 20, limit }, () => wish);
    tell(`over ${at.length} instance(s)`, measured, limit);
    expect(measured.passed).toBeGreaterThanOrEqual(limit);
    expect(measured.passed).toBeLessThanOrEqual(limit + measured.tolerance);
    expect(new Set(measured.answers.map((answer) => quotaIn(answer, 'client')))).toEqual(new Set([limit]));
  }

  const alerts = async () =>
    service.sql<{ count: number; severity: string }>(
      `SELECT count FROM alerts WHERE kind = 'throttle_store_down' AND tenant_id = $1 AND subject_id = $1`,
      [OPERATOR_TENANT_ID],
    );

  it('killed under load: limits fall to a quarter, the operator gets one alert, and the store is used again later', async () => {
    await expectLimit(LIMIT, urls);
    const stop = attack();
    await sleep(500);
    await server.kill();
    await sleep(1_000);
    await expectLimit(QUARTER, urls.slice(0, 1));
    await expectLimit(QUARTER, urls.slice(1));
    await until('told', () => sum(lines(TOLD)) > 0);
    await sleep(3_000);
    const sent = await stop();
    expectRefusals(sent);
    process.stderr.write(`killed: ${sent.length} answers, the slowest ${Math.round(slowest(sent))} ms\n`);
    // Each instance noticed by itself and went down once. The same alert of one day is sent once.
    expect([lines(DOWN), lines(BACK)]).toEqual([
      [1, 1],
      [0, 0],
    ]);
    expect(await alerts()).toEqual([{ count: 2 }]);
    expect(sum(lines(TOLD))).toBe(1);
    await server.begin();
    await settled();
    await expectLimit(LIMIT, urls);
    expect(lines(DOWN)).toEqual([1, 1]);
  });

  it('hanging: only the requests that detect it wait', async () => {
    const downBefore = lines(DOWN);
    const stopBefore = attack();
    await sleep(2_000);
    const before = await stopBefore();
    const stop = attack();
    await sleep(500);
    server.hang();
    await sleep(5_000);
    const sent = await stop();
    expectRefusals(sent);
    const slow = sent.filter(({ tookMs }) => tookMs >= 95).length;
    const figures = `the slowest ${Math.round(slowest(sent))} ms (before: ${Math.round(slowest(before))}), ${slow} from 95 ms on`;
    process.stderr.write(`hanging: ${sent.length} answers, ${figures}\n`);
    expect(slowest(sent)).toBeLessThan(slowest(before) + BOUND_MS);
    // If every request waited for the store, all of them would be slow.
    expect(slow).toBeLessThan(sent.length / 2);
    await expectLimit(QUARTER, urls.slice(0, 1));
    expect(lines(DOWN)).toEqual(downBefore.map((count) => count + 1));
    server.resume();
    await settled();
    await expectLimit(LIMIT, urls);
  });

  it.each([
    ['takes no writes as a replica', [['replicaof', '127.0.0.1', '1']], [['replicaof', 'no', 'one']]],
    [
      'has no memory left',
      [['config', 'set', 'maxmemory', '1', 'maxmemory-policy', 'noeviction']],
      [['config', 'set', 'maxmemory', '0']],
    ],
    [
      'has changed its password',
      [
        ['config', 'set', 'requirepass', 'another'],
        ['client', 'kill', 'type', 'normal'],
      ],
      [['config', 'set', 'requirepass', '']],
    ],
  ])('a store that %s counts as down until it works again', async (_how, breaks, mends) => {
    const mending = await server.ask(async (client) => {
      for (const [command = '', ...words] of breaks) await client.call(command, ...words);
      await touched();
      await expectLimit(QUARTER, urls.slice(0, 1));
      await expectLimit(QUARTER, urls.slice(1));
      // On the connection that this client still has.
      for (const [command = '', ...words] of mends) await client.call(command, ...words);
      return 'mended';
    });
    expect(mending).toBe('mended');
    await settled();
    await expectLimit(LIMIT, urls);
  });
});

function slowest(sent: readonly { tookMs: number }[]): number {
  return Math.max(...sent.map(({ tookMs }) => tookMs));
}
