// T-42. The attacker stays below every limit of a single user: a few codes of many users, push bombing of one, hundreds of blind look-ups.
// Alerts are raised. No client is stopped: a stranger at the login page must not be able to switch a tenant off.
import pg from 'pg';
import { fromTypeId } from '../../src/platform/crypto/type-id.js';
import { call, type EnrolledUser } from '../support/api.js';
import { Askers, HOUR, knowns, pause } from '../support/askers.js';
import { numberAt } from '../support/phones.js';
import { DAY, MINUTE, Stage } from '../support/stage.js';

jest.setTimeout(60_000);

/** The log is read each second. */
const NOT_READ_MS = 2_500;
const KINDS = [
  'blind_look_ups_unanswered',
  'codes_sprayed',
  'many_users_locked',
  'step_ups_refused',
  'unlocks_repeated',
  'user_guessed',
  'users_worn_down',
];

describe('guessing below every limit', () => {
  let stage: Stage;
  let askers: Askers;

  beforeAll(async () => {
    stage = await Stage.open(2);
    askers = await Askers.of(stage);
  });
  afterAll(() => stage.stop());
  beforeEach(async () => {
    for (const table of ['signals', 'guess_baselines', 'refused_days']) await stage.service.sql(`DELETE FROM ${table}`);
    await askers.anotherDay();
    // Morning, so that all of it is one day.
    await stage.at(Math.ceil(stage.nowMs / DAY) * DAY + 6 * HOUR);
  });

  const raised = async () => (await askers.alerts()).filter(({ kind }) => KINDS.includes(kind));
  const refused = async (userId: string, times = 1) => {
    for (let tries = 0; tries < times; tries += 1)
      expect((await stage.verify(userId, '000000', tries)).status).toBe(422);
  };
  const names = (count: number) => Array.from({ length: count }, (_none, index) => `u${stage.nowMs}-${index}`);

  it('raises an alert for wrong codes of fifty users, known or not, and none for 49', async () => {
    const [last = '', ...users] = names(50);
    await Promise.all(users.map((user) => refused(user)));
    expect(await raised()).toEqual([]);
    await refused(last);
    expect(await raised()).toMatchObject([{ kind: 'codes_sprayed', severity: 'warning', count: 1 }]);
  });

  it('raises an alert for fifty users also beside as many sign-ins of users that the attacker owns', async () => {
    const own: EnrolledUser[] = [];
    for (const name of names(52)) own.push(await stage.user(`own-${name}`));
    await stage.later(MINUTE);
    for (const user of own) expect((await stage.verify(user.userId, stage.right(user))).status).toBe(200);
    await Promise.all(names(50).map((user) => refused(user)));
    expect(await raised()).toMatchObject([{ kind: 'codes_sprayed', count: 1 }]);
  });

  it('raises no alert for wrong codes that the user follows with a right one within half an hour, and raises one where it comes later', async () => {
    const own: EnrolledUser[] = [];
    for (const name of names(30)) own.push(await stage.user(`own-${name}`));
    const approve = async () => {
      for (const user of own) expect((await stage.verify(user.userId, stage.right(user))).status).toBe(200);
    };
    await stage.later(MINUTE);
    for (const { userId } of own) await refused(userId);
    await stage.later(20 * MINUTE);
    await approve();
    await Promise.all(names(49).map((user) => refused(user)));
    expect(await raised()).toEqual([]);
    await stage.later(2 * HOUR);
    for (const { userId } of own) await refused(userId);
    await stage.later(45 * MINUTE);
    await approve();
    await Promise.all(names(20).map((user) => refused(user)));
    expect(await raised()).toMatchObject([{ kind: 'codes_sprayed', count: 1 }]);
  });

  it('raises an alert for twenty refused codes of one user on a day, known or not', async () => {
    await refused(`unknown-${stage.nowMs}`, 19);
    expect(await raised()).toEqual([]);
    await refused(`unknown-${stage.nowMs}`);
    expect(await raised()).toMatchObject([{ kind: 'user_guessed', count: 1 }]);
  });

  it('raises an alert for a few refused codes of a user on each of many days', async () => {
    const text = `INSERT INTO refused_days SELECT id, 'slow', $1::date - n, 3 FROM tenants, generate_series(1, 12) AS n WHERE id = $2`;
    await stage.service.sql(text, [new Date(stage.nowMs), fromTypeId('ten', stage.client.tenantId)]);
    await refused('slow', 3);
    expect(await raised()).toEqual([]);
    await refused('slow');
    expect(await raised()).toMatchObject([{ kind: 'user_guessed', count: 1 }]);
  });

  it('raises an alert when a user is unlocked three times on a day', async () => {
    const { userId } = await stage.user(`unlocked-${stage.nowMs}`);
    const path = `/v1/users/${userId}/unlock`;
    const unlock = () => call(stage.service.url, { method: 'POST', path, token: stage.token });
    for (let done = 0; done < 2; done += 1) expect((await unlock()).status).toBe(204);
    expect(await raised()).toEqual([]);
    expect((await unlock()).status).toBe(204);
    expect(await raised()).toMatchObject([{ kind: 'unlocks_repeated', count: 1 }]);
  });

  it('raises an alert when step-up proofs of one user are refused five times', async () => {
    const { userId } = await stage.user(`stepped-${stage.nowMs}`);
    const path = `/v1/users/${userId}/factors/totp`;
    const headers = { 'step-up': 'forged' };
    const add = () => call(stage.service.url, { path, token: stage.token, headers, body: {} });
    for (let tries = 0; tries < 4; tries += 1) expect((await add()).status).toBe(403);
    expect(await raised()).toEqual([]);
    expect((await add()).status).toBe(403);
    expect(await raised()).toMatchObject([{ kind: 'step_ups_refused', count: 1 }]);
  });

  it('raises an alert for ten changes without a proof, and none where factors of the user were changed within the hour', async () => {
    const users = await Promise.all(names(50).map((name) => stage.user(name)));
    const [first = ''] = users.map(({ userId }) => userId);
    const change = async (userId: string) =>
      expect((await stage.post(`/v1/users/${userId}/factors/totp`, {})).status).toBe(403);
    await stage.later(MINUTE);
    for (const { userId } of users) await change(userId);
    for (let tries = 0; tries < 10; tries += 1) await change(first);
    expect(await raised()).toEqual([]);
    await stage.later(2 * HOUR);
    for (let tries = 0; tries < 9; tries += 1) await change(first);
    expect(await raised()).toEqual([]);
    await change(first);
    expect(await raised()).toMatchObject([{ kind: 'step_ups_refused', count: 1 }]);
  });

  it('raises one alert over two instances when twenty users have five wrong codes each', async () => {
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
    // Users who are not locked still sign in.
    const another = await stage.user(`another-${stage.nowMs}`);
    await stage.later(MINUTE);
    expect((await stage.verify(another.userId, stage.right(another))).status).toBe(200);
  });

  it('raises an alert after ten challenges of a user without a proof, and none with one', async () => {
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

  it('reads the log of a tenant in one instance at a time', async () => {
    const another = new pg.Client({ connectionString: stage.service.databaseUrl });
    await another.connect();
    const tenant = fromTypeId('ten', stage.client.tenantId) ?? '';
    await another.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [`signals ${tenant}`]);
    await Promise.all(names(50).map((user) => refused(user)));
    await pause(NOT_READ_MS);
    expect(await stage.service.sql("SELECT FROM alerts WHERE kind = 'codes_sprayed'")).toEqual([]);
    await another.end();
    expect(await raised()).toMatchObject([{ kind: 'codes_sprayed', count: 1 }]);
  });

  it('raises an alert for a client with a hundred unanswered blind look-ups, and none where ten are answered', async () => {
    const [thief, honest] = [await askers.one(), await askers.one()];
    /** A hundred look-ups. The first `answered` are of users who enter their code. */
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
      path: `/v1/users/unknown/verify`,
      token: stage.token,
      body: { code: '123456' },
    });
    expect(await raised()).toMatchObject([{ kind: 'blind_look_ups_unanswered', clientId: thief.clientId, count: 1 }]);
  });
});
