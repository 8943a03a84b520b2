// T-41. What a client loses after it tried a list of numbers, what it keeps, how it is released, and who gets the
// alerts. The attacker wants to continue looking up numbers, or to stop the sign-ins of others.
import { call } from '../support/api.js';
import { Askers, HOUR, pause, uuidOf } from '../support/askers.js';
import { numberAt } from '../support/phones.js';
import { DAY, Stage } from '../support/stage.js';

/** A state that could not be read for this long is no longer trusted. */
const STALE_MS = 6_000;

describe('a client that tried a list of numbers', () => {
  let stage: Stage;
  let askers: Askers;

  beforeAll(async () => {
    stage = await Stage.open(2);
    askers = await Askers.of(stage);
  });
  afterAll(() => stage.stop());
  beforeEach(() => askers.anotherDay());

  it('is stopped at five numbers, on every instance, for answered look-ups only', async () => {
    const [thief, other] = [await askers.one(), await askers.one()];
    await askers.lookUpAll(thief, askers.unknowns(5));
    await askers.judged(thief, other);
    for (const instance of [0, 1]) {
      const body = { phoneNumber: numberAt(0) };
      for (const path of ['/v1/phone-lookups', '/v1/users/user-0/phone-match']) {
        const answer = await askers.ask(thief, path, body, instance);
        expect([answer.status, (answer.json() as { code: string }).code]).toEqual([403, 'client_quarantined']);
      }
      expect((await askers.ask(thief, '/v1/users/unknown/verify', { code: '123456' }, instance)).status).toBe(422);
      // People sign in with it, and it answers only the person who holds the phone.
      expect((await askers.ask(thief, '/v1/blind-lookups', body, instance)).status).toBe(202);
      expect((await askers.lookUp(other, numberAt(0), instance)).status).toBe(200);
    }
    expect(await askers.stopped()).toEqual([uuidOf(thief)]);
    expect(await askers.alerts()).toEqual(
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

  it('is not stopped because one user types five wrong numbers, also at several clients', async () => {
    const [client, other] = [await askers.one(), await askers.one()];
    for (const [index, phoneNumber] of askers.unknowns(5).entries()) {
      const asker = index === 4 ? other : client;
      const answer = await askers.ask(asker, '/v1/users/user-0/phone-match', { phoneNumber }, index % 2);
      expect(answer.text).toBe('{"match":false}');
      await stage.later(1);
    }
    await askers.judged(client, other);
    expect([await askers.stopped(), await askers.alerts()]).toEqual([[], []]);
    // Four more users with one number each make a list.
    for (let user = 1; user < 5; user += 1)
      await askers.ask(client, `/v1/users/user-${user}/phone-match`, { phoneNumber: askers.someoneElse() });
    await askers.judged(client, other);
    expect(await askers.stopped()).toContain(uuidOf(client));
  });

  it('is released by an operator with a reason, and its score starts again', async () => {
    // Morning, so that the whole test is within one day.
    await stage.at(Math.ceil(stage.nowMs / DAY) * DAY + 6 * HOUR);
    const thief = await askers.one();
    await askers.lookUpAll(thief, askers.unknowns(8));
    await askers.judged(thief);
    expect((await askers.lookUp(thief, numberAt(0))).status).toBe(403);
    const words = ['clients', 'allow-look-ups', '--client', thief.clientId, '--reason', 'a new list of our own'];
    await stage.service.operate(...words);
    await expect(stage.service.operate(...words)).rejects.toThrow('are not blocked');
    await pause(3_000);
    await askers.lookUpAll(thief, askers.unknowns(4));
    await askers.judged(thief);
    expect(await askers.stopped()).toEqual([]);
    await askers.lookUpAll(thief, askers.unknowns(1));
    await askers.judged(thief);
    expect(await askers.stopped()).toEqual([uuidOf(thief)]);
    const events = await stage.service.sql<{ action: string; details: object | null }>(
      `SELECT action, details FROM audit_events WHERE target_id = $1 AND action LIKE 'client.look_ups%' ORDER BY tx`,
      [uuidOf(thief)],
    );
    const [told] = (await askers.alerts()).filter(({ kind }) => kind === 'look_ups_stopped');
    expect(told?.count).toBe(2);
    expect(events).toEqual([
      { action: 'client.look_ups_stopped', details: null },
      { action: 'client.look_ups_allowed', details: { statedReason: 'a new list of our own' } },
      { action: 'client.look_ups_stopped', details: null },
    ]);
  });

  it('is refused look-ups while the list of stopped clients cannot be read; other calls work', async () => {
    const client = await askers.one();
    await stage.service.sql('REVOKE SELECT ON quarantines FROM countersign_service');
    await pause(STALE_MS);
    expect((await askers.lookUp(client, numberAt(0))).status).toBe(503);
    expect((await askers.ask(client, '/v1/users/unknown/verify', { code: '123456' })).status).toBe(422);
    await stage.service.sql('GRANT SELECT ON quarantines TO countersign_service');
    await pause(2_000);
    expect((await askers.lookUp(client, numberAt(0))).status).toBe(200);
  });

  it('is listed in pages of alerts', async () => {
    const { token } = await askers.one();
    const insert = `INSERT INTO alerts (tenant_id, id, kind, subject_id, day, first_at, last_at)
      SELECT $1, ('01890a5d-ac96-774b-bcce-00000000000' || number)::uuid, 'many_unknown_numbers', $1, '2026-11-01'::date + number, $2, $2
      FROM generate_series(1, 5) AS number`;
    await stage.service.sql(insert, [askers.desk.tenantId, new Date(stage.nowMs)]);
    const page = async (query: string) => {
      const { json } = await call(stage.service.url, { path: `/v1/alerts?limit=2${query}`, token });
      return json() as { data: { id: string }[]; nextCursor: string | null };
    };
    // They are numbered within about a second.
    for (let tries = 0; tries < 200; tries += 1) {
      const { json } = await call(stage.service.url, { path: '/v1/alerts', token });
      if ((json() as { data: unknown[] }).data.length === 5) break;
      await pause(50);
    }
    const ids: string[] = [];
    for (let [query, more] = ['', true]; more;) {
      const { data, nextCursor } = await page(query);
      ids.push(...data.map(({ id }) => id));
      [query, more] = [`&after=${nextCursor ?? ''}`, nextCursor !== null];
    }
    expect(ids).toHaveLength(5);
    expect(ids).toEqual([...new Set(ids)].sort());
    expect((await call(stage.service.url, { path: '/v1/alerts?after=bm8', token })).status).toBe(400);
  });
});
