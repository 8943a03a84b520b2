// A waiting request costs a timer and an entry in a map, not a query a second. The waiting client gets the decision
// soon, on any instance, also after the listening connection broke.
import { Agent } from 'node:http';
import { readFileSync } from 'node:fs';
import { fromTypeId } from '../../src/platform/crypto/type-id.js';
import { call, type Answer } from '../support/api.js';
import { challengeDevice, deviceOf, type SoftwareDevice } from '../support/software-device.js';
import { Stage } from '../support/stage.js';

const WAITING = Number(process.env['WAITING'] ?? 200);
/** This many are decided one after the other, the rest at one instant. */
const ONE_BY_ONE = Math.min(100, WAITING / 2);
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

jest.setTimeout(180_000);

/** Challenges that are opened together. */
const AT_ONCE = 20;

describe('waiting for a decision', () => {
  let stage: Stage;
  let device: SoftwareDevice;
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });

  beforeAll(async () => {
    stage = await Stage.open(1);
    device = await deviceOf(stage, 'ada');
  });
  afterAll(async () => {
    agent.destroy();
    await stage.stop();
  });

  const wait = (id: string, seconds: number): Promise<Answer> =>
    call(stage.service.url, { path: `/v1/challenges/${id}?wait=${seconds}`, token: stage.token, agent });

  /** Statements of the service, counted by PostgreSQL as transactions of this database. */
  const transactions = async (): Promise<number> => {
    // The statistics are at most a second old.
    await pause(1_200);
    const text = `SELECT (xact_commit + xact_rollback)::int AS count FROM pg_stat_database WHERE datname = current_database()`;
    return (await stage.service.sql<{ count: number }>(text))[0]?.count ?? 0;
  };

  const residentMb = (): number => {
    const status = readFileSync(`/proc/${stage.service.instances[0]?.process.pid}/status`, 'utf8');
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024);
  };

  /** Writes decisions as a device does. Returns the start time, connecting to the database included. */
  async function deny(ids: readonly string[]): Promise<number> {
    const uuids = ids.map((id) => fromTypeId('chl', id));
    const beganAt = performance.now();
    await stage.service.sql(
      `WITH decided AS (UPDATE challenges SET status = 'denied' WHERE id = ANY($1::uuid[]) RETURNING id)
       SELECT pg_notify('countersign_decisions', id::text) FROM decided`,
      [uuids],
    );
    return beganAt;
  }

  const p99 = (values: readonly number[]) =>
    Math.round([...values].sort((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1] ?? NaN);

  it(`${WAITING} requests wait without database queries, and get the decision immediately`, async () => {
    // One user may have three pending challenges, so each request waits for a user of its own; the user may be unknown.
    const opened: Awaited<ReturnType<typeof challengeDevice>>[] = [];
    // A few at a time: each is a transaction, and a busy machine would refuse some.
    for (let from = 0; from < WAITING; from += AT_ONCE) {
      const users = Array.from(
        { length: Math.min(AT_ONCE, WAITING - from) },
        (_none, user) => `waiting-${from + user}`,
      );
      opened.push(...(await Promise.all(users.map((user) => challengeDevice(stage, user)))));
    }
    const before = residentMb();
    const ended = new Map<string, number>();
    const all = opened.map(({ id }) =>
      wait(id, 25).then((answer) => {
        ended.set(id, performance.now());
        return answer;
      }),
    );
    await pause(3_000);
    const from = await transactions();
    await pause(3_000);
    const asked = (await transactions()) - from;
    const held = residentMb();
    expect(ended.size).toBe(0);
    // The rest are polls of the service itself and late statistics. One query a second for each request would be six
    // times as many.
    expect(asked).toBeLessThan(WAITING);
    const [first, rest] = [opened.slice(0, ONE_BY_ONE), opened.slice(ONE_BY_ONE)];
    const singly: number[] = [];
    for (const [index, { id }] of first.entries()) {
      const decidedAt = await deny([id]);
      await all[index];
      singly.push((ended.get(id) ?? NaN) - decidedAt);
    }
    const decidedAt = await deny(rest.map(({ id }) => id));
    const answers = await Promise.all(all);
    const together = rest.map(({ id }) => (ended.get(id) ?? NaN) - decidedAt);
    expect(new Set(answers.map((answer) => (answer.json() as { status: string }).status))).toEqual(new Set(['denied']));
    process.stderr.write(
      `${WAITING} waiting: ${before} MB before, ${held} MB while they wait; ${asked} transactions in about 6 s; woken one by one within ` +
        `${p99(singly)} ms (p99 of ${singly.length}), ${rest.length} at one instant within ${p99(together)} ms\n`,
    );
    expect(p99(singly)).toBeLessThan(1_000);
    expect(held).toBeLessThan(400);
  });

  it('gets the decision after the listening connection broke', async () => {
    const { id, matchCode } = await challengeDevice(stage, 'ada');
    const pending = wait(id, 25);
    await pause(300);
    const text = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'countersign (listening)' AND datname = current_database()`;
    expect(await stage.service.sql(text)).toHaveLength(1);
    await pause(1_000);
    const began = performance.now();
    await device.respond({ id }, matchCode);
    expect((await pending).json()).toMatchObject({ status: 'approved' });
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it('answers pending when its time is over, and immediately if the decision exists', async () => {
    const { id } = await challengeDevice(stage, 'ada');
    const began = performance.now();
    expect((await wait(id, 2)).json()).toMatchObject({ status: 'pending' });
    expect(performance.now() - began).toBeGreaterThan(1_900);
    await device.respond({ id });
    const again = performance.now();
    expect((await wait(id, 25)).json()).toMatchObject({ status: 'denied' });
    expect(performance.now() - again).toBeLessThan(1_500);
  });

  it.each(['26', '-1', '1.5', 'x', ''])('refuses the wait “%s”', async (seconds) => {
    const path = `/v1/challenges/chl_01kaqy4zq7e1kvf3xh2vbsrzq0?wait=${seconds}`;
    expect((await call(stage.service.url, { path, token: stage.token })).status).toBe(400);
  });
});
