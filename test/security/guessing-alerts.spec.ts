// T-42. The attacker guesses a few codes of many users, wears one down with questions, or begins blind look-ups by the hundred: each below
// every limit of a single user. Somebody is told, and nobody is stopped: a stranger at the login page must not switch a tenant off.
import pg from 'pg';
import { fromTypeId } from '../../src/platform/crypto/type-id.js';
import { call } from '../support/api.js';
import { Askers, HOUR, knowns, pause } from '../support/askers.js';
import { numberAt } from '../support/phones.js';
import { DAY, MINUTE, Stage } from '../support/stage.js';

jest.setTimeout(60_000);

/** The log is read each second. */
const READ_MS = 3_000;
const KINDS = ['blind_look_ups_unanswered', 'codes_sprayed', 'many_users_locked', 'users_worn_down'];

describe('guessing below every limit', () => {
  let stage: Stage;
  let askers: Askers;

  beforeAll(async () => {
    stage = await Stage.open(2);
    askers = await Askers.of(stage);
  });
  afterAll(() => stage.stop());
  beforeEach(async () => {
    await stage.service.sql('DELETE FROM signals');
    await askers.anotherDay();
    // Morning, so that all of it is one day.
    await stage.at(Math.ceil(stage.nowMs / DAY) * DAY + 6 * HOUR);
  });

  const raised = async () => {
    await pause(READ_MS);
    return (await askers.alerts()).filter(({ kind }) => KINDS.includes(kind));
  };
  const refused = async (userId: string, times = 1) => {
    for (let tries = 0; tries < times; tries += 1)
      expect((await stage.verify(userId, '000000', tries)).status).toBe(422);
  };
  const names = (count: number) => Array.from({ length: count }, (_none, index) => `u${stage.nowMs}-${index}`);

  it('is told of where codes of fifty users are tried, known or not, and not where 49 are', async () => {
    const [last = '', ...users] = names(50);
    await Promise.all(users.map((user) => refused(user)));
    expect(await raised()).toEqual([]);
    await refused(last);
    expect(await raised()).toMatchObject([{ kind: 'codes_sprayed', severity: 'warning', count: 1 }]);
  });

  it('is told of where twenty users have as many wrong codes as lock, once over two instances', async () => {
    const users = await Promise.all(names(20).map((name) => stage.user(name)));
    await stage.later(2 * MINUTE);
    const wrong = users.map((user) => stage.wrong(user)[0] ?? '');
    for (let round = 0; round < 5; round += 1)
      await Promise.all(users.map(({ userId }, index) => stage.verify(userId, wrong[index] ?? '', index)));
    expect(await stage.guard(users[0]?.userId ?? '')).toMatchObject({
      consecutive_failures: 5,
      locked_until: expect.any(Date),
    });
    expect(await raised()).toMatchObject([{ kind: 'many_users_locked', count: 1 }]);
    // The tenant goes on: one who is not locked proves.
    const another = await stage.user(`another-${stage.nowMs}`);
    await stage.later(MINUTE);
    expect((await stage.verify(another.userId, stage.right(another))).status).toBe(200);
  });

  it('is told of where one user is asked ten times and gives no proof, and not where they do', async () => {
    const ask = (userId: string) => stage.post(`/v1/users/${userId}/challenges`, { type: 'totp' });
    const [quiet, answering] = [await stage.user(`quiet-${stage.nowMs}`), await stage.user(`answering-${stage.nowMs}`)];
    await stage.later(MINUTE);
    expect((await stage.verify(answering.userId, stage.right(answering))).status).toBe(200);
    for (let asked = 0; asked < 12; asked += 1) expect((await ask(answering.userId)).status).toBe(201);
    for (let asked = 0; asked < 9; asked += 1) await ask(quiet.userId);
    expect(await raised()).toEqual([]);
    await ask(quiet.userId);
    expect(await raised()).toMatchObject([{ kind: 'users_worn_down', count: 1 }]);
  });

  it('is read by one instance at a time: who finds another one at it leaves it alone', async () => {
    const another = new pg.Client({ connectionString: stage.service.databaseUrl });
    await another.connect();
    const tenant = fromTypeId('ten', stage.client.tenantId) ?? '';
    await another.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [`signals ${tenant}`]);
    await Promise.all(names(50).map((user) => refused(user)));
    expect(await raised()).toEqual([]);
    await another.end();
    expect(await raised()).toMatchObject([{ kind: 'codes_sprayed', count: 1 }]);
  });

  it('is told of where a client begins a hundred blind look-ups that nobody answers, and not of the client that is answered', async () => {
    const [thief, honest] = [await askers.one(), await askers.one()];
    /** A hundred, the first so many of people who are there and type their code in. */
    const begin = async (client: typeof thief, answered: number, from: number) => {
      const people = knowns(answered);
      const others = Array.from({ length: 100 - answered }, (_none, index) => numberAt(from + 10_001 * index));
      for (const [index, phoneNumber] of [...people, ...others].entries()) {
        const begun = await askers.ask(client, '/v1/blind-lookups', { phoneNumber }, index % 2);
        expect(begun.status).toBe(202);
        const { id } = begun.json() as { id: string };
        const body = { code: askers.desk.codeOfLookup(id) };
        if (index < answered)
          expect((await askers.ask(client, `/v1/blind-lookups/${id}/answer`, body)).status).toBe(200);
      }
    };
    await askers.desk.set({ 'blind-cap': '10000' });
    await begin(thief, 9, 5_000);
    await begin(honest, 10, 36_000);
    expect(await raised()).toEqual([]);
    await stage.later(HOUR);
    // Something has to happen for the log to be read.
    await call(stage.service.url, {
      path: `/v1/users/nobody/verify`,
      token: stage.token,
      body: { code: '123456' },
    });
    expect(await raised()).toMatchObject([{ kind: 'blind_look_ups_unanswered', clientId: thief.clientId, count: 1 }]);
  });
});
