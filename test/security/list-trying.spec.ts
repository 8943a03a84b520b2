// T-41. The attacker has stolen credentials of the right tenant and a list of numbers from another source. They stay
// below every limit, and spread the list over clients and days.
import { tokenOf } from '../support/api.js';
import { Askers, HOUR, knowns, uuidOf } from '../support/askers.js';
import { numberAt } from '../support/phones.js';
import { DAY, SECOND, Stage, statuses } from '../support/stage.js';
import { workersDone } from '../support/workers.js';

describe('a client that asks about unregistered numbers', () => {
  let stage: Stage;
  let askers: Askers;

  beforeAll(async () => {
    stage = await Stage.open(2);
    askers = await Askers.of(stage);
  });
  afterAll(() => stage.stop());
  beforeEach(() => askers.anotherDay());

  it('is stopped after five numbers, even at one number a day', async () => {
    const thief = await askers.one();
    for (let day = 0; day < 5; day += 1) {
      expect(await askers.stopped()).toEqual([]);
      thief.token = await tokenOf(stage.service.url, thief);
      await askers.lookUpAll(thief, askers.unknowns(1));
      await askers.judged(thief);
      await stage.later(23 * HOUR);
    }
    expect(await askers.stopped()).toEqual([uuidOf(thief)]);
  });

  it('is not helped by known numbers, nor by repeating one number', async () => {
    const thief = await askers.one();
    await askers.lookUpAll(thief, [
      ...knowns(20),
      ...Array.from({ length: 10 }, () => numberAt(0)),
      ...askers.unknowns(5),
    ]);
    await askers.judged(thief);
    expect(await askers.stopped()).toEqual([uuidOf(thief)]);
  });

  it('is stopped with all ten of its credentials; a client that asks about known numbers is not', async () => {
    const [honest, ...thieves] = await Promise.all(Array.from({ length: 11 }, () => askers.one()));
    if (!honest) throw new Error('a client is missing');
    await askers.lookUpAll(honest, knowns(12));
    for (const thief of thieves) await askers.lookUpAll(thief, askers.unknowns(1));
    await askers.judged(honest, ...thieves);
    expect(await askers.stopped()).toEqual(thieves.map(uuidOf).sort());
    expect((await askers.lookUp(honest, numberAt(20))).status).toBe(200);
    const told = await askers.alerts();
    expect(told.filter(({ clientId }) => clientId === undefined).map(({ kind }) => kind)).toEqual([
      'many_unknown_numbers',
      'look_ups_of_unknown_numbers',
    ]);
  });

  it('counts one miss for the tenant if ten clients ask about one number', async () => {
    const clients = await Promise.all(Array.from({ length: 10 }, () => askers.one()));
    const number = askers.someoneElse();
    for (const client of clients) await askers.lookUpAll(client, [number]);
    await askers.judged(...clients);
    expect([await askers.stopped(), await askers.alerts()]).toEqual([[], []]);
  });

  it('is counted by pairs for questions about users', async () => {
    const thief = await askers.one();
    for (let user = 0; user < 5; user += 1)
      expect(
        (await askers.ask(thief, `/v1/users/user-${user}/phone-match`, { phoneNumber: numberAt(30 + user) })).status,
      ).toBe(200);
    await askers.judged(thief);
    expect(await askers.stopped()).toEqual([uuidOf(thief)]);
  });

  it('is not stopped if the number is confirmed within the hour', async () => {
    const tenant = await askers.one();
    const numbers = askers.unknowns(10);
    await askers.lookUpAll(tenant, numbers);
    await askers.desk.plant(
      numbers.map((phoneNumber, index) => ({ userId: `late-${stage.nowMs}-${index}`, phoneNumber })),
    );
    await askers.judged(tenant);
    expect(await askers.stopped()).toEqual([]);
    expect(await askers.alerts()).toEqual([]);
  });

  it('is scored once, by one of two instances, for many parallel questions', async () => {
    const thief = await askers.one();
    const numbers = [...knowns(20), ...askers.unknowns(20)];
    const answers = await Promise.all(numbers.map((number, index) => askers.lookUp(thief, number, index % 2)));
    expect(statuses(answers)).toEqual({ 200: 40 });
    await askers.judged(thief);
    const raised = (await askers.alerts()).filter(({ kind }) => kind === 'look_ups_stopped');
    expect(raised.map(({ count }) => count)).toEqual([1]);
    const [row] = await stage.service.sql<{ n: number }>(
      'SELECT count(*)::int AS n FROM observations WHERE judged_at IS NOT NULL',
    );
    expect(row?.n).toBe(40);
  });

  it('is counted again for the same number after 30 days, not before', async () => {
    const thief = await askers.one();
    const numbers = askers.unknowns(4);
    const kept = async () => (await stage.service.sql('SELECT FROM observations')).length;
    await askers.lookUpAll(thief, numbers);
    await askers.judged(thief);
    for (const [days, rows] of [
      [29, 5],
      // Two more.
      [2, 2],
    ] as const) {
      await stage.later(days * DAY - HOUR);
      thief.token = await tokenOf(stage.service.url, thief);
      // Old observations are deleted only when a new one is scored.
      await askers.lookUpAll(thief, [numberAt(days), ...(days === 29 ? numbers : [])]);
      await askers.judged(thief);
      expect([days, await kept()]).toEqual([days, rows]);
    }
  });

  it('stores no answer: the row of a known number is like any other', async () => {
    const client = await askers.one();
    await askers.lookUpAll(client, [numberAt(0), askers.someoneElse()]);
    await stage.later(SECOND);
    await workersDone(stage);
    const rows = await stage.service.sql<Record<string, unknown>>('SELECT * FROM observations');
    expect(rows).toHaveLength(2);
    const likeAll = {
      tenant_id: askers.desk.tenantId,
      user_id: '',
      client_id: uuidOf(client),
      judged_at: null,
      noticed_at: expect.any(Date),
      is_blind: false,
    };
    for (const row of rows)
      expect(row).toEqual({
        ...likeAll,
        number_index: expect.anything(),
        hundred_index: expect.anything(),
        asked_at: expect.any(Date),
      });
    expect(JSON.stringify(rows)).not.toContain(numberAt(0).slice(1));
  });

  it('is scored for its own tenant only', async () => {
    const other = await stage.service.tenant();
    await askers.desk.set({ via: 'outbox', countries: 'US', lookups: 'on' }, other.tenantId);
    const thief = { ...other, token: await tokenOf(stage.service.url, other) };
    await askers.lookUpAll(thief, askers.unknowns(5));
    await askers.judged(thief);
    expect((await askers.lookUp(thief, numberAt(0))).status).toBe(403);
    expect((await askers.lookUp(await askers.one(), numberAt(0))).status).toBe(200);
    expect(await askers.alerts()).toEqual([]);
  });
});
