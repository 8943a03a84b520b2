// T-41. The attacker has stolen credentials of the right tenant and a list of numbers from somewhere else. They stay below every limit, spread
// it over clients and days, and hope that nobody looks.
import { fromTypeId } from '../../src/platform/crypto/type-id.js';
import { call, tokenOf, type Answer } from '../support/api.js';
import { numberAt, PhoneDesk } from '../support/phones.js';
import type { Credentials } from '../support/service.js';
import { DAY, MINUTE, SECOND, Stage, statuses } from '../support/stage.js';

const HOUR = 60 * MINUTE;
const SCOPES = 'factors:read phones:match phones:lookup phones:blind verify audit:read';
/** Of the numbers of numberAt, the first so many are somebody's. */
const KNOWN = 40;
/** The watch looks every second, the gate reads every second. */
const REACH_MS = 6_000;

interface Asker extends Credentials {
  token: string;
}

interface Shown {
  readonly kind: string;
  readonly severity: string;
  readonly clientId?: string;
  readonly count: number;
}

describe('whoever asks about numbers that nobody has', () => {
  let stage: Stage;
  let desk: PhoneDesk;
  let unknown = 1_000;

  beforeAll(async () => {
    stage = await Stage.open(2);
    desk = await PhoneDesk.of(stage, { lookups: 'on' });
    await desk.plant(
      Array.from({ length: KNOWN }, (_none, index) => ({ userId: `user-${index}`, phoneNumber: numberAt(index) })),
    );
  });
  afterAll(() => stage.stop());
  /** Another day, and nobody suspected. */
  beforeEach(async () => {
    for (const table of ['observations', 'look_up_scores', 'quarantines', 'alerts', 'budgets'])
      await stage.service.sql(`DELETE FROM ${table}`);
    await stage.later(2 * DAY);
    await pause(2_000);
  });

  const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
  const someoneElse = () => numberAt((unknown += 7));

  async function asker(): Promise<Asker> {
    const client = await stage.service.client(stage.client.tenantId, SCOPES);
    return { ...client, token: await tokenOf(stage.service.url, client) };
  }
  const ask = ({ token }: Asker, path: string, body: object, instance = 0): Promise<Answer> =>
    call(stage.urls[instance] ?? '', { path, token, body });
  const lookUp = (client: Asker, phoneNumber: string, instance = 0) =>
    ask(client, '/v1/phone-lookups', { phoneNumber }, instance);
  /** One after the other, each a millisecond later. */
  async function lookUpAll(client: Asker, numbers: readonly string[]): Promise<void> {
    for (const [index, number] of numbers.entries()) {
      expect((await lookUp(client, number, index % 2)).status).toBe(200);
      await stage.later(1);
    }
  }
  const unknowns = (count: number) => Array.from({ length: count }, someoneElse);
  const knowns = (count: number) => Array.from({ length: count }, (_none, index) => numberAt(index));

  /** An hour later, with tokens of then, once everything that was asked is judged, and known to both instances. */
  async function judged(...clients: Asker[]): Promise<void> {
    await stage.later(HOUR);
    for (const client of clients) client.token = await tokenOf(stage.service.url, client);
    for (let tries = 0; tries < 100; tries += 1) {
      const [row] = await stage.service.sql<{ n: number }>(
        'SELECT count(*)::int AS n FROM observations WHERE judged_at IS NULL AND asked_at <= $1',
        [new Date(stage.nowMs - HOUR)],
      );
      if (row?.n === 0) break;
      await pause(50);
    }
    await pause(1_500);
  }

  async function alerts(): Promise<Shown[]> {
    const { token } = await asker();
    return ((await call(stage.service.url, { path: '/v1/alerts', token })).json() as { data: Shown[] }).data;
  }
  const uuid = ({ clientId }: Asker) => fromTypeId('cli', clientId) ?? '';
  const stopped = async () =>
    (await stage.service.sql<{ client_id: string }>('SELECT client_id FROM quarantines'))
      .map((row) => row.client_id)
      .sort();

  it('is stopped at five, on every instance, in all three look-ups and in nothing else', async () => {
    const [thief, other] = [await asker(), await asker()];
    await lookUpAll(thief, unknowns(5));
    await judged(thief, other);
    for (const instance of [0, 1]) {
      const body = { phoneNumber: numberAt(0) };
      for (const path of ['/v1/phone-lookups', '/v1/users/user-0/phone-match', '/v1/blind-lookups']) {
        const answer = await ask(thief, path, body, instance);
        expect([answer.status, (answer.json() as { code: string }).code]).toEqual([403, 'client_quarantined']);
      }
      expect((await ask(thief, '/v1/users/nobody/verify', { code: '123456' }, instance)).status).toBe(422);
      expect((await lookUp(other, numberAt(0), instance)).status).toBe(200);
    }
    expect(await stopped()).toEqual([uuid(thief)]);
    expect(await alerts()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          kind: 'many_unknown_numbers',
          severity: 'warning',
          clientId: thief.clientId,
          count: 1,
        }),
        expect.objectContaining({
          kind: 'look_ups_of_unknown_numbers',
          severity: 'critical',
          clientId: thief.clientId,
        }),
        expect.objectContaining({ kind: 'look_ups_stopped', severity: 'critical', clientId: thief.clientId, count: 1 }),
      ]),
    );
  });

  it('is not stopped sooner or later for being slow: one number a day', async () => {
    const thief = await asker();
    for (let day = 0; day < 5; day += 1) {
      expect(await stopped()).toEqual([]);
      thief.token = await tokenOf(stage.service.url, thief);
      await lookUpAll(thief, unknowns(1));
      await judged(thief);
      await stage.later(23 * HOUR);
    }
    expect(await stopped()).toEqual([uuid(thief)]);
  }, 60_000);

  it('is not helped by numbers that it knows, nor by asking about one again and again', async () => {
    const thief = await asker();
    await lookUpAll(thief, [...knowns(20), ...Array.from({ length: 10 }, () => numberAt(0)), ...unknowns(5)]);
    await judged(thief);
    expect(await stopped()).toEqual([uuid(thief)]);
  });

  it('is one attacker with ten credentials; a client that asks about known numbers goes on', async () => {
    const [honest, ...thieves] = await Promise.all(Array.from({ length: 11 }, asker));
    if (!honest) throw new Error('nobody');
    await lookUpAll(honest, knowns(12));
    for (const thief of thieves) await lookUpAll(thief, unknowns(1));
    await judged(honest, ...thieves);
    expect(await stopped()).toEqual(thieves.map(uuid).sort());
    expect((await lookUp(honest, numberAt(20))).status).toBe(200);
    const told = await alerts();
    expect(told.filter(({ clientId }) => clientId === undefined).map(({ kind }) => kind)).toEqual([
      'many_unknown_numbers',
      'look_ups_of_unknown_numbers',
    ]);
  }, 60_000);

  it('is judged by pairs where it asks about users', async () => {
    const thief = await asker();
    for (let user = 0; user < 5; user += 1)
      expect(
        (await ask(thief, `/v1/users/user-${user}/phone-match`, { phoneNumber: numberAt(30 + user) })).status,
      ).toBe(200);
    await judged(thief);
    expect(await stopped()).toEqual([uuid(thief)]);
  });

  it('is honest where the number is confirmed within the hour', async () => {
    const tenant = await asker();
    const numbers = unknowns(10);
    await lookUpAll(tenant, numbers);
    await desk.plant(numbers.map((phoneNumber, index) => ({ userId: `late-${stage.nowMs}-${index}`, phoneNumber })));
    await judged(tenant);
    expect(await stopped()).toEqual([]);
    expect(await alerts()).toEqual([]);
  });

  it('is let go by an operator with a reason, and begins anew', async () => {
    const thief = await asker();
    await lookUpAll(thief, unknowns(8));
    await judged(thief);
    expect((await lookUp(thief, numberAt(0))).status).toBe(403);
    const words = ['clients', 'allow-look-ups', '--client', thief.clientId, '--reason', 'a new list of our own'];
    await stage.service.operate(...words);
    await expect(stage.service.operate(...words)).rejects.toThrow('are not stopped');
    await pause(REACH_MS / 2);
    await lookUpAll(thief, unknowns(4));
    await judged(thief);
    expect(await stopped()).toEqual([]);
    await lookUpAll(thief, unknowns(1));
    await judged(thief);
    expect(await stopped()).toEqual([uuid(thief)]);
    const events = await stage.service.sql<{ action: string; details: object | null }>(
      `SELECT action, details FROM audit_events WHERE target_id = $1 AND action LIKE 'client.look_ups%' ORDER BY tx`,
      [uuid(thief)],
    );
    expect(events).toEqual([
      { action: 'client.look_ups_stopped', details: null },
      { action: 'client.look_ups_allowed', details: { statedReason: 'a new list of our own' } },
      { action: 'client.look_ups_stopped', details: null },
    ]);
  }, 60_000);

  it('is judged once, by one of two instances, whatever it asked at once', async () => {
    const thief = await asker();
    const numbers = [...knowns(20), ...unknowns(20)];
    const answers = await Promise.all(numbers.map((number, index) => lookUp(thief, number, index % 2)));
    expect(statuses(answers)).toEqual({ 200: 40 });
    await judged(thief);
    const raised = (await alerts()).filter(({ kind }) => kind === 'look_ups_stopped');
    expect(raised.map(({ count }) => count)).toEqual([1]);
    const [row] = await stage.service.sql<{ n: number }>(
      'SELECT count(*)::int AS n FROM observations WHERE judged_at IS NOT NULL',
    );
    expect(row?.n).toBe(40);
  });

  it('leaves no answer in what is kept of it: the row of a known number is like any other', async () => {
    const client = await asker();
    await lookUpAll(client, [numberAt(0), someoneElse()]);
    await stage.later(SECOND);
    const rows = await stage.service.sql<Record<string, unknown>>('SELECT * FROM observations');
    expect(rows).toHaveLength(2);
    const likeAll = { tenant_id: desk.tenantId, user_id: '', client_id: uuid(client), judged_at: null };
    for (const row of rows)
      expect(row).toEqual({ ...likeAll, number_index: expect.anything(), asked_at: expect.any(Date) });
    expect(JSON.stringify(rows)).not.toContain(numberAt(0).slice(1));
  });

  it('is another tenant’s own matter', async () => {
    const other = await stage.service.tenant();
    await desk.set({ via: 'outbox', countries: 'US', lookups: 'on' }, other.tenantId);
    const thief = { ...other, token: await tokenOf(stage.service.url, other) };
    await lookUpAll(thief, unknowns(5));
    await judged(thief);
    expect((await lookUp(thief, numberAt(0))).status).toBe(403);
    expect((await lookUp(await asker(), numberAt(0))).status).toBe(200);
    expect(await alerts()).toEqual([]);
  });
});
