// T-36. Push bombing: the attacker has the password, or a stolen token with the scope `verify`, and asks until the
// owner gives in. Or they ask for many users, to learn from the limit who has a device.
import { call, tokenOf } from '../support/api.js';
import { deviceOf, challengeDevice, type SoftwareDevice } from '../support/software-device.js';
import { MINUTE, SECOND, Stage, statuses } from '../support/stage.js';

const LIMIT = { pending: 3, opened: 10 };

describe('repeated requests for approval', () => {
  let stage: Stage;
  let device: SoftwareDevice;

  beforeAll(async () => {
    stage = await Stage.open(2);
    device = await deviceOf(stage, 'ada');
  });
  afterAll(() => stage.stop());
  beforeEach(() => stage.later(11 * MINUTE));

  const ask = (userId: string, instance = 0) =>
    stage.post(`/v1/users/${userId}/challenges`, { type: 'device' }, instance);
  const burst = (userId: string, times: number) =>
    Promise.all(Array.from({ length: times }, (_none, instance) => ask(userId, instance)));

  it('a hundred in parallel over two instances show three', async () => {
    expect(statuses(await burst('ada', 100))).toEqual({ 201: LIMIT.pending, 429: 97 });
    expect(await device.waiting()).toHaveLength(LIMIT.pending);
  });

  it('are limited to ten in ten minutes, even if each is answered', async () => {
    for (let asked = 0; asked < LIMIT.opened; asked += 1) {
      const { id } = await challengeDevice(stage, 'ada');
      await device.respond({ id });
      await stage.later(10 * SECOND);
    }
    const refused = await ask('ada');
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, String(600 - LIMIT.opened * 10)]);
    await stage.later((600 - LIMIT.opened * 10) * SECOND - 1);
    expect((await ask('ada')).status).toBe(429);
    await stage.later(1);
    expect((await ask('ada')).status).toBe(201);
    expect((await ask('ada')).status).toBe(429);
  });

  it('look the same for users without a device and for unknown users', async () => {
    await stage.user('totp-only');
    for (const userId of ['ada', 'totp-only', 'unknown']) {
      const first = await ask(userId);
      expect(Object.keys(first.json() as object).sort()).toEqual(['expiresAt', 'id', 'matchCode', 'status', 'type']);
      const all = [first, ...(await burst(userId, 5))];
      expect([userId, statuses(all)]).toEqual([userId, { 201: LIMIT.pending, 429: 3 }]);
    }
  });

  it('are limited per user, for device challenges only', async () => {
    await burst('ada', 4);
    expect((await ask('eve')).status).toBe(201);
    expect((await stage.post('/v1/users/ada/challenges', { type: 'totp' })).status).toBe(201);
  });

  it('by several clients show three, and answer each client as if it were alone', async () => {
    const second = await stage.service.client(stage.client.tenantId, 'verify');
    const askAs = async (userId: string) => {
      const wish = { path: `/v1/users/${userId}/challenges`, body: { type: 'device' } };
      return call(stage.service.url, { ...wish, token: await tokenOf(stage.service.url, second) });
    };
    await burst('ada', LIMIT.pending);
    // For the second client: one user that the first client asked about, and one that it did not.
    for (const userId of ['ada', 'bea']) {
      const answers = [await askAs(userId), await askAs(userId), await askAs(userId), await askAs(userId)];
      const seen = answers.map(({ status, headers }) => [status, headers['retry-after']]);
      expect([userId, seen]).toEqual([userId, [...Array<unknown[]>(3).fill([201, undefined]), [429, '300']]]);
    }
    const shown = await device.waiting();
    expect(shown).toHaveLength(LIMIT.pending);
    const rows = await stage.service.sql<{ withheld: string | null; n: number }>(
      `SELECT details ->> 'withheld' AS withheld, count(*)::int AS n FROM audit_events
       WHERE action = 'challenge.created' AND user_id = 'ada' AND at = $1 GROUP BY 1 ORDER BY 1 NULLS FIRST`,
      [new Date(stage.nowMs)],
    );
    expect(rows).toEqual([
      { withheld: null, n: 3 },
      { withheld: 'user_limit', n: 3 },
    ]);
  });

  it('cannot be decided if they were withheld', async () => {
    const second = await stage.service.client(stage.client.tenantId, 'verify');
    const token = await tokenOf(stage.service.url, second);
    await burst('ada', LIMIT.pending);
    const wish = { path: '/v1/users/ada/challenges', token, body: { type: 'device' } };
    const { id, matchCode } = (await call(stage.service.url, wish)).json() as { id: string; matchCode: string };
    expect((await device.respond({ id }, matchCode)).status).toBe(422);
    const shown = await call(stage.service.url, { path: `/v1/challenges/${id}`, token });
    expect(shown.json()).toMatchObject({ status: 'pending' });
  });

  it('are limited also with an idempotency key, and a refusal leaves the key free', async () => {
    await burst('ada', 3);
    const wish = {
      path: '/v1/users/ada/challenges',
      token: stage.token,
      body: { type: 'device' },
      headers: { 'idempotency-key': 'again' },
    };
    expect((await call(stage.service.url, wish)).status).toBe(429);
    await stage.later(5 * MINUTE);
    const opened = await call(stage.service.url, { ...wish, token: stage.token });
    expect(opened.status).toBe(201);
    expect((await call(stage.service.url, { ...wish, token: stage.token })).text).toBe(opened.text);
    expect(await device.waiting()).toHaveLength(1);
  });
});
