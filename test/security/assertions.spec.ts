// The attacker has an assertion of another client or makes one. The attacker spends it twice, at another client, as an
// access token, or changes it. Applications verify assertions offline; they need only the address of the key set.
import { readAssertion } from '../../examples/verify-assertion.mjs';
import { call, tokenOf, type Answer, type EnrolledUser } from '../support/api.js';
import { MINUTE, SECOND, Stage, statuses } from '../support/stage.js';

const NONCE = 'n-0123456789abcdef';

describe('assertions', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open(2);
  });
  afterAll(() => stage.stop());

  const spend = (assertion: string, { token = stage.token, instance = 0 } = {}): Promise<Answer> =>
    call(stage.urls[instance % 2] ?? '', { path: '/v1/assertions/spend', token, body: { assertion } });

  async function proven(user: EnrolledUser, binding: object = {}): Promise<string> {
    const answer = await stage.post(`/v1/users/${user.userId}/verify`, { code: stage.right(user), ...binding });
    expect(answer.status).toBe(200);
    await stage.later(30 * SECOND);
    return (answer.json() as { assertion: string }).assertion;
  }

  const readBy = (user: EnrolledUser, assertion: string, asked: object = {}) =>
    readAssertion(assertion, {
      jwksUrl: `${stage.service.url}/.well-known/jwks.json`,
      issuer: stage.service.issuer,
      clientId: stage.client.clientId,
      userId: user.userId,
      action: 'pay',
      nonce: NONCE,
      now: new Date(stage.nowMs),
      ...asked,
    });

  it('are verified offline by a script that knows the key set and the expected values', async () => {
    const user = await stage.user('offline');
    const assertion = await proven(user, { action: 'pay', nonce: NONCE });
    const claims = await readBy(user, assertion);
    expect(claims).toMatchObject({
      sub: 'offline',
      tenant: stage.client.tenantId,
      client_id: stage.client.clientId,
      amr: ['otp'],
      factor_id: user.factorId,
      factor_type: 'totp',
    });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(120);
  });

  it.each([
    ['another session', { nonce: 'n-fedcba9876543210' }],
    ['another purpose', { action: 'login' }],
    ['another user', { userId: 'somebody' }],
    ['another client', { clientId: 'cli_01kaqy4zq7e1kvf3xh2vbsrzq0' }],
    ['another issuer', { issuer: 'http://elsewhere.test' }],
    ['a later time', { now: new Date(Date.now() + 365 * 86_400_000) }],
  ])('are refused by that script for %s', async (_where, asked) => {
    const user = await stage.user(`asked-${Object.keys(asked).join('')}`);
    await expect(readBy(user, await proven(user, { action: 'pay', nonce: NONCE }), asked)).rejects.toThrow();
  });

  it('are spent once by 50 parallel requests over two processes', async () => {
    const assertion = await proven(await stage.user('once'), { action: 'pay', nonce: NONCE });
    const answers = await Promise.all(Array.from({ length: 50 }, (_none, instance) => spend(assertion, { instance })));
    expect(statuses(answers)).toEqual({ 200: 1, 422: 49 });
    const won = answers.find(({ status }) => status === 200);
    expect(won?.json()).toMatchObject({ valid: true, userId: 'once', action: 'pay', nonce: NONCE });
    const events = await stage.service.sql<{ action: string; n: number }>(
      "SELECT action, count(*)::int AS n FROM audit_events WHERE user_id = 'once' AND action LIKE 'assertion.%' GROUP BY action ORDER BY action",
    );
    expect(events).toEqual([
      { action: 'assertion.refused', n: 49 },
      { action: 'assertion.spent', n: 1 },
    ]);
  });

  it('are refused to another client of the same tenant and of another tenant', async () => {
    const assertion = await proven(await stage.user('mine'));
    const sibling = await stage.service.client(stage.client.tenantId, 'verify');
    const foreign = await stage.service.tenant('verify');
    for (const thief of [sibling, foreign])
      expect((await spend(assertion, { token: await tokenOf(stage.service.url, thief) })).status).toBe(422);
    expect((await spend(assertion)).status).toBe(200);
  });

  it('are refused after they expire, and after their factor is removed', async () => {
    const user = await stage.user('over');
    const late = await proven(user);
    await stage.later(2 * MINUTE);
    expect((await spend(late)).status).toBe(422);
    const orphan = await proven(user);
    const assertion = await stage.proof(user, 'factors.remove');
    expect((await stage.remove('over', user.factorId, { assertion })).status).toBe(204);
    expect((await spend(orphan)).status).toBe(422);
  });

  it('do not work as access tokens, nor access tokens as assertions', async () => {
    const assertion = await proven(await stage.user('kinds'));
    expect((await call(stage.service.url, { path: '/v1/users/kinds/factors', token: assertion })).status).toBe(401);
    expect((await spend(stage.token)).status).toBe(422);
  });

  it('are refused after any change to them', async () => {
    const user = await stage.user('changed');
    const assertion = await proven(user, { action: 'pay', nonce: NONCE });
    const [header = '', payload = '', signature = ''] = assertion.split('.');
    const recoded = (part: string, change: object) =>
      Buffer.from(
        JSON.stringify({ ...(JSON.parse(Buffer.from(part, 'base64url').toString()) as object), ...change }),
      ).toString('base64url');
    const headers = [
      { alg: 'none' },
      { alg: 'HS256' },
      { typ: 'at+jwt' },
      { typ: 'JWT' },
      { kid: 'x' },
      { crit: ['exp'] },
      { jku: 'http://127.0.0.1:9/' },
    ];
    const claims = [
      { sub: 'owner' },
      { exp: 9_999_999_999 },
      { aud: stage.service.issuer },
      { action: 'factors.add' },
      { tenant: 'ten_x' },
      { jti: NONCE },
      { factor_id: 'fac_x' },
    ];
    const forged = [
      ...headers.map((change) => `${recoded(header, change)}.${payload}.${signature}`),
      ...claims.map((change) => `${header}.${recoded(payload, change)}.${signature}`),
      `${header}.${payload}.${signature.slice(0, -4)}AAAA`,
      `${header}.${payload}.${Buffer.alloc(64).toString('base64url')}`,
      `${header}.${payload}.AAAA`,
      `${payload}.${header}.${signature}`,
      `${header}.${header}.${signature}`,
      `${header}.e30.${signature}`,
    ];
    expect(forged).toHaveLength(20);
    for (const text of forged) {
      expect((await spend(text)).status).toBe(422);
      await expect(readBy(user, text)).rejects.toThrow();
    }
    await expect(readBy(user, assertion)).resolves.toMatchObject({ action: 'pay' });
    expect((await spend(assertion)).status).toBe(200);
  });
});
