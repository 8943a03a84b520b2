// T-13. The attacker has a token with all scopes, and wants to add or remove a factor of an enrolled user. The matrix
// comes from the inventory: every route whose contract names a step-up is tried with every defect.
import { fromTypeId, toTypeId } from '../../src/platform/crypto/type-id.js';
import { call, tokenOf, totpAt, enrolled, type Answer, type EnrolledUser } from '../support/api.js';
import { inventory, nameOf, requestOf, type Route } from '../support/inventory.js';
import { Passkeys } from '../support/passkeys.js';
import { PhoneDesk } from '../support/phones.js';
import { MINUTE, SECOND, Stage, statuses, type Pending } from '../support/stage.js';

const guarded = inventory().routes.filter(({ stepUp }) => stepUp !== undefined);
const otherAction = (route: Route) => (route.stepUp === 'factors.add' ? 'factors.remove' : 'factors.add');

interface Scene {
  readonly stage: Stage;
  readonly route: Route;
  readonly user: EnrolledUser;
}

/** The attacker's `Step-Up` header; undefined: no header. */
const DEFECTS: Readonly<Record<string, (scene: Scene) => Promise<string | undefined>>> = {
  missing: () => Promise.resolve(undefined),
  garbage: () => Promise.resolve('not.a.jws'),
  'an access token': ({ stage }) => Promise.resolve(stage.token),
  'of a login': ({ stage, user }) => stage.proof(user, 'login'),
  'of another action': ({ stage, route, user }) => stage.proof(user, otherAction(route)),
  'of another user': async ({ stage, route, user }) =>
    stage.proof(await stage.user(`${user.userId}-other`), route.stepUp ?? ''),
  'of the same name in another tenant': async ({ stage, route, user }) => {
    const token = await tokenOf(stage.service.url, await stage.service.tenant());
    const double = await enrolled(stage.service.url, token, user.userId, stage.nowMs);
    const body = { code: totpAt(double.secret, stage.nowMs), action: route.stepUp };
    const answer = await call(stage.service.url, { path: `/v1/users/${user.userId}/verify`, token, body });
    return (answer.json() as { assertion: string }).assertion;
  },
  'of more than five minutes ago': async ({ stage, route, user }) => {
    const assertion = await stage.proof(user, route.stepUp ?? '');
    await stage.later(5 * MINUTE - 30 * SECOND);
    return assertion;
  },
  'used before': async ({ stage, route, user }) => {
    const assertion = await stage.proof(user, route.stepUp ?? '');
    await stage.service.sql(
      `INSERT INTO spent_assertions SELECT tenant_id, $1::uuid, $2 FROM users WHERE user_id = $3`,
      [claimsOf(assertion)['jti'], new Date(stage.nowMs + MINUTE), user.userId],
    );
    return assertion;
  },
  'twice in one request': async ({ stage, route, user }) => {
    const assertion = await stage.proof(user, route.stepUp ?? '');
    return `${assertion}, ${assertion}`;
  },
};

const claimsOf = (assertion: string) =>
  JSON.parse(Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

describe('step-up', () => {
  let stage: Stage;
  let desk: PhoneDesk;

  beforeAll(async () => {
    stage = await Stage.open(2);
    await Passkeys.of(stage);
    desk = await PhoneDesk.of(stage);
  });
  afterAll(() => stage.stop());

  const factorsOf = (userId: string) =>
    stage.service.sql('SELECT id, status FROM factors WHERE user_id = $1 ORDER BY tenant_id, id', [userId]);

  async function send(route: Route, user: EnrolledUser, assertion: string | undefined): Promise<Answer> {
    const deviceId = route.path.includes(':deviceId') ? await deviceIdOf(user) : '';
    const phoneId = route.path.includes(':phoneId') ? await phoneIdOf(user) : '';
    const wish = requestOf(route, { userId: user.userId, factorId: user.factorId, deviceId, phoneId });
    const isOfPhone = route.path.endsWith('/phones');
    const body = route.consumes === undefined || isOfPhone ? {} : { body: {} };
    const headers = assertion === undefined ? {} : { 'step-up': assertion };
    return call(stage.service.url, { ...wish, ...body, headers, token: stage.token });
  }

  /** A device beside the authenticator, inserted into the database; other specs test its registration. */
  async function deviceIdOf({ userId }: EnrolledUser): Promise<string> {
    const known = `SELECT id FROM factors WHERE user_id = $1 AND type = 'device'`;
    const made = `
      WITH made AS (
        INSERT INTO factors (tenant_id, user_id, id, type, status, created_at, activated_at)
        SELECT tenant_id, user_id, gen_random_uuid(), 'device', 'active', created_at, created_at FROM users
        WHERE user_id = $1 AND tenant_id = $2 RETURNING tenant_id, id
      )
      INSERT INTO devices (tenant_id, factor_id, ticket_hash, public_jwk, name, platform)
      SELECT tenant_id, id, sha256(''), '{}', 'Phone', 'ios' FROM made RETURNING factor_id AS id`;
    const tenant = fromTypeId('ten', stage.client.tenantId);
    const [row = (await stage.service.sql<{ id: string }>(made, [userId, tenant]))[0]] = await stage.service.sql<{
      id: string;
    }>(known, [userId]);
    await stage.service.bindRows(['factors', 'devices']);
    return toTypeId('dev', row?.id ?? '');
  }

  /** A phone beside the authenticator, which needs its own proof. */
  async function phoneIdOf(user: EnrolledUser): Promise<string> {
    const known = `SELECT factor_id AS id FROM phones JOIN tenants ON tenants.id = tenant_id WHERE user_id = $1 AND tenant_id = $2`;
    const [row] = await stage.service.sql<{ id: string }>(known, [user.userId, desk.tenantId]);
    if (row) return toTypeId('phn', row.id);
    return (await desk.giveTo(user, '+12015550123')).phoneId;
  }

  const add = (userId: string, body: object, assertion: string, instance = 0): Promise<Answer> => {
    const path = `/v1/users/${userId}/factors/totp`;
    const headers = { 'step-up': assertion };
    return call(stage.urls[instance % 2] ?? '', { path, body, headers, token: stage.token });
  };

  it('is required by every route that adds or removes a factor', () => {
    expect(guarded.map(nameOf).sort()).toEqual([
      'DELETE /v1/users/:userId/devices/:deviceId',
      'DELETE /v1/users/:userId/factors/:factorId',
      'DELETE /v1/users/:userId/phones/:phoneId',
      'POST /v1/users/:userId/devices',
      'POST /v1/users/:userId/factors/recovery-codes',
      'POST /v1/users/:userId/factors/totp',
      'POST /v1/users/:userId/factors/webauthn',
      'POST /v1/users/:userId/phones',
    ]);
  });

  const rows = guarded.flatMap((route) =>
    Object.keys(DEFECTS).map((defect) => [nameOf(route), defect, route] as const),
  );
  it.each(rows)('%s refuses an assertion that is %s', async (_name, defect, route) => {
    const user = await stage.user(`${route.controller}-${route.handler}-${Object.keys(DEFECTS).indexOf(defect)}`);
    if (route.path.includes(':phoneId')) await phoneIdOf(user);
    const assertion = await DEFECTS[defect]?.({ stage, route, user });
    if (route.path.includes(':deviceId')) await deviceIdOf(user);
    const before = await factorsOf(user.userId);
    const answer = await send(route, user, assertion);
    expect([answer.status, answer.json().code]).toEqual([403, 'step_up_required']);
    expect(await factorsOf(user.userId)).toEqual(before);
  });

  it.each(guarded.map((route) => [nameOf(route), route] as const))(
    '%s accepts a right one, once',
    async (_name, route) => {
      const user = await stage.user(`right-${route.controller}-${route.handler}`);
      if (route.path.includes(':phoneId')) await phoneIdOf(user);
      const assertion = await stage.proof(user, route.stepUp ?? '');
      expect((await send(route, user, assertion)).status).toBe(route.status);
      expect([403, 404]).toContain((await send(route, user, assertion)).status);
    },
  );

  it('adds a second authenticator, and both count', async () => {
    const user = await stage.user('two');
    const second = (await add('two', {}, await stage.proof(user, 'factors.add'))).json() as Pending;
    expect((await stage.confirm('two', second.id, stage.right(second))).status).toBe(200);
    await stage.later(30 * SECOND);
    expect((await stage.verify('two', stage.right(second))).status).toBe(200);
    expect((await stage.verify('two', stage.right(user))).status).toBe(200);
  });

  it('replaces an authenticator: the old one counts until the new one is active', async () => {
    const user = await stage.user('swap');
    const opened = await add('swap', { replaces: user.factorId }, await stage.proof(user, 'factors.add'));
    const next = opened.json() as Pending;
    expect((await stage.verify('swap', stage.right(user))).status).toBe(200);
    expect((await stage.confirm('swap', next.id, stage.right(next))).status).toBe(200);
    await stage.later(30 * SECOND);
    expect((await stage.verify('swap', stage.right(user))).status).toBe(422);
    expect((await stage.verify('swap', stage.right(next))).status).toBe(200);
    expect((await stage.factors('swap')).data.map(({ id }) => id)).toEqual([next.id]);
    const told = await stage.service.sql(
      "SELECT action FROM audit_events WHERE user_id = 'swap' AND action = 'factor.removed'",
    );
    expect(told).toHaveLength(1);
  });

  it('refuses to replace anything except an active factor of this user', async () => {
    const user = await stage.user('wrong-swap');
    const other = await stage.user('not-mine');
    const assertion = await stage.proof(user, 'factors.add');
    for (const replaces of [other.factorId, 'fac_01kaqy4zq7e1kvf3xh2vbsrzq0'])
      expect((await add('wrong-swap', { replaces }, assertion)).status).toBe(404);
    // The refusal changed nothing, so the proof can still be used.
    expect((await add('wrong-swap', { replaces: user.factorId }, assertion)).status).toBe(201);
  });

  it('opens one enrolment for 50 parallel uses of an assertion over two processes', async () => {
    const user = await stage.user('burst');
    const assertion = await stage.proof(user, 'factors.add');
    const uses = Array.from({ length: 50 }, (_none, instance) => add('burst', {}, assertion, instance));
    expect(statuses(await Promise.all(uses))).toEqual({ 201: 1, 403: 49 });
    expect(await factorsOf('burst')).toHaveLength(2);
  });

  it('is checked again at activation: the proven factor must still be active', async () => {
    const user = await stage.user('again');
    const stolen = (await add('again', {}, await stage.proof(user, 'factors.add'))).json() as Pending;
    const assertion = await stage.proof(user, 'factors.remove');
    expect((await stage.remove('again', user.factorId, { assertion })).status).toBe(204);
    expect((await stage.confirm('again', stolen.id, stage.right(stolen))).status).toBe(422);
    expect((await stage.factors('again')).data.filter(({ status }) => status === 'active')).toEqual([]);
  });

  it('activates one of two that were opened with two proofs, and voids the other', async () => {
    const user = await stage.user('voids');
    const first = (await add('voids', {}, await stage.proof(user, 'factors.add'))).json() as Pending;
    const second = (await add('voids', {}, await stage.proof(user, 'factors.add'))).json() as Pending;
    expect((await stage.confirm('voids', second.id, stage.right(second))).status).toBe(200);
    expect((await stage.confirm('voids', first.id, stage.right(first))).status).toBe(422);
  });
});

describe('unlocking', () => {
  it('lifts the lock of a user, needs tenant:admin, and is logged', async () => {
    const stage = await Stage.open();
    try {
      const user = await stage.user('locked');
      await stage.burst('locked', stage.wrong(user, 5));
      expect((await stage.verify('locked', stage.right(user))).status).toBe(422);
      expect((await stage.post('/v1/users/unknown/unlock', {})).status).toBe(400);
      const unlock = (userId: string) =>
        call(stage.service.url, { method: 'POST', path: `/v1/users/${userId}/unlock`, token: stage.token });
      expect((await unlock('unknown')).status).toBe(404);
      expect((await unlock('locked')).status).toBe(204);
      expect((await stage.verify('locked', stage.right(user))).status).toBe(200);
      expect(await stage.service.sql("SELECT user_id FROM audit_events WHERE action = 'user.unlocked'")).toEqual([
        { user_id: 'locked' },
      ]);
    } finally {
      await stage.stop();
    }
  });
});
