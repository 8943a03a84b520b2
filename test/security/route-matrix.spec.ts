// T-06, T-07, T-08. The attacker knows every address of the service (they are published). They have no token, a forged
// one, one with too few scopes, or one of another tenant. The matrix comes from the inventory, so it includes every new
// route.
import { call, enrolled, tokenOf, totpAt, type Answer, type Wish } from '../support/api.js';
import { serviceKey, type Victim } from '../support/forge.js';
import { flawlessToken, forgeries, type ForgerKnows } from '../support/forgeries.js';
import { boundTokenOf, Holder } from '../support/holder.js';
import { inventory, nameOf, requestOf, type Route } from '../support/inventory.js';
import { TestService } from '../support/service.js';

const { routes, publicRoutes } = inventory();
const guarded = routes.filter(({ auth }) => auth === 'token');
const rows = guarded.map((route) => [nameOf(route), route] as const);
const ALL_SCOPES =
  'factors:read factors:write verify devices:read devices:write phones:write phones:blind phones:match phones:lookup ' +
  'audit:read webhooks:write tenant:admin';
const REALM = 'Bearer realm="countersign"';

const masked = (text: string) => text.replace(/"requestId":"[^"]+"/, '"requestId":"*"');
/** The answer without the parts that differ between any two answers. */
function seen({ status, headers, text }: Answer) {
  const kept = Object.entries(headers).filter(([name]) => !['date', 'x-request-id', 'ratelimit'].includes(name));
  return { status, headers: Object.fromEntries(kept), text: masked(text) };
}

describe('route matrix', () => {
  let service: TestService;
  let victim: Victim;
  let forger: ForgerKnows;
  let boundToken: string;
  const owner = new Holder();

  beforeAll(async () => {
    service = await TestService.start();
    victim = { ...(await service.tenant(ALL_SCOPES)), issuer: service.issuer, scope: ALL_SCOPES };
    forger = { key: await serviceKey(service), victim, nowMs: Date.now() };
    await service.setClock({ frozenAtMs: forger.nowMs });
    boundToken = await boundTokenOf(service.url, owner, { ...victim, nowMs: forger.nowMs });
  });
  afterAll(() => service.stop());

  const send = (wish: Wish) => call(service.url, wish);

  it('covers every kind of route, with an example for each parameter and body', () => {
    expect(guarded.length).toBeGreaterThanOrEqual(6);
    for (const route of routes) expect(requestOf(route).path).not.toContain('no-example-of');
    for (const { consumes, body } of routes) expect(body === undefined).toBe(consumes === undefined);
  });

  it('has at most eight public routes, all listed, one for client credentials and one for tickets', () => {
    const open = routes.filter(({ auth }) => auth === 'none').map(nameOf);
    expect([...open].sort()).toEqual([...publicRoutes].sort());
    expect(publicRoutes.length).toBeLessThanOrEqual(8);
    expect(routes.filter(({ auth }) => auth === 'client').map(nameOf)).toEqual(['POST /oauth2/token']);
    const ofTicket = ['POST /v1/device-registrations/:registrationId/complete'];
    expect(routes.filter(({ auth }) => auth === 'ticket').map(nameOf)).toEqual(ofTicket);
  });

  it.each(rows)('%s refuses a request without a token', async (_name, route) => {
    const answer = await send(requestOf(route));
    expect(answer.status).toBe(401);
    // RFC 6750 §3: no error code for a request without a token. RFC 9449 §7.1: both schemes are offered.
    expect(answer.headers['www-authenticate']).toBe(`${REALM}, DPoP algs="ES256 EdDSA"`);
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });

  it.each(rows)('%s refuses credentials of another kind or in another place', async (_name, route) => {
    const good = flawlessToken(forger);
    const basic = Buffer.from(`${victim.clientId}:${victim.clientSecret}`).toString('base64');
    const places: Record<string, string>[] = [
      { authorization: `Basic ${basic}` },
      { authorization: good },
      { authorization: `DPoP ${good}` },
      { authorization: 'Bearer' },
      { cookie: `access_token=${good}` },
      { 'x-access-token': good },
    ];
    for (const headers of places) {
      const { headers: own, ...wish } = requestOf(route);
      expect((await send({ ...wish, headers: { ...own, ...headers } })).status).toBe(401);
    }
    const wish = requestOf(route);
    // RFC 6750 §2.3 is not supported: a token in an address would be logged.
    expect([400, 401]).toContain((await send({ ...wish, path: `${wish.path}?access_token=${good}` })).status);
  });

  it.each(rows)('%s refuses every forged token with the same bytes', async (_name, route) => {
    const plain = masked((await send(requestOf(route))).text);
    for (const [name, token] of Object.entries(forgeries(forger))) {
      const answer = await send({ ...requestOf(route), token });
      const { status, headers, text } = answer;
      expect({ name, status, challenge: headers['www-authenticate'], text: masked(text) }).toEqual({
        name,
        status: 401,
        challenge: `${REALM}, error="invalid_token"`,
        text: plain,
      });
    }
  });

  it.each(rows)('%s accepts a bound token only with a proof by its key', async (_name, route) => {
    const { method, nowMs, ...wish } = { nowMs: forger.nowMs, method: 'GET', ...requestOf(route) };
    const withProof = (holder: Holder) => ({
      authorization: `DPoP ${boundToken}`,
      dpop: holder.proof({ method, url: service.issuer + wish.path, nowMs, token: boundToken }),
    });
    const status = async (headers: Readonly<Record<string, string>>) =>
      (await send({ ...wish, method, headers: { ...wish.headers, ...headers } })).status;
    expect(await status({ authorization: `Bearer ${boundToken}` })).toBe(401);
    expect(await status({ authorization: `DPoP ${boundToken}` })).toBe(401);
    expect(await status(withProof(new Holder()))).toBe(401);
    expect(await status(withProof(owner))).not.toBe(401);
  });

  it.each(rows)('%s refuses an expired token', async (_name, route) => {
    const token = flawlessToken(forger);
    expect((await send({ ...requestOf(route), token })).status).not.toBe(401);
    await service.setClock({ frozenAtMs: forger.nowMs + 300_000 });
    const late = await send({ ...requestOf(route), token });
    await service.setClock({ frozenAtMs: forger.nowMs });
    expect(late.status).toBe(401);
  });

  it.each(rows)('%s refuses all other scopes', async (_name, route) => {
    const others = ALL_SCOPES.split(' ').filter((scope) => scope !== route.scope && scope !== route.orScope);
    const without = await send({ ...requestOf(route), token: await tokenOf(service.url, victim, others.join(' ')) });
    expect(without.status).toBe(403);
    expect(without.json()).toMatchObject({ code: 'insufficient_scope' });
    const challenge = `${REALM}, error="insufficient_scope", scope="${route.scope ?? ''}"`;
    expect(without.headers['www-authenticate']).toBe(challenge);
    // The scope passes the gate. Behind it, a change to factors may need a step-up, and a body may need the other of
    // two scopes.
    const closed = [401, 403, 'insufficient_scope', route.stepUp ? '' : 'step_up_required'];
    const openers = [route.scope, route.orScope].filter((scope) => scope !== undefined);
    const tried = openers.map(async (scope) => {
      const only = await send({ ...requestOf(route), token: await tokenOf(service.url, victim, scope) });
      return only.status === 403 ? (only.json() as { code: string }).code : only.status;
    });
    const refused = await Promise.all(tried);
    expect(refused.filter((one) => !closed.includes(one)).length).toBeGreaterThan(0);
  });

  it.each(routes.filter(({ auth }) => auth === 'device').map((route) => [nameOf(route), route] as const))(
    '%s refuses callers that are not devices, with any token',
    async (_name, route) => {
      for (const token of [undefined, flawlessToken(forger), await tokenOf(service.url, victim)]) {
        const answer = await send({ ...requestOf(route), ...(token === undefined ? {} : { token }) });
        expect([answer.status, answer.json().code]).toEqual([401, 'invalid_device_proof']);
        expect(answer.headers['www-authenticate']).toBe('DeviceProof algs="ES256 EdDSA"');
      }
    },
  );

  it.each(routes.filter(({ auth }) => auth === 'none').map((route) => [nameOf(route), route] as const))(
    '%s neither asks for a token nor reads one',
    async (_name, route) => {
      const [without, forged] = [
        await send(requestOf(route)),
        await send({ ...requestOf(route), token: flawlessToken(forger) }),
      ];
      expect([200, 404]).toContain(without.status);
      expect(seen(forged)).toEqual(seen(without));
    },
  );

  describe('another tenant', () => {
    let stranger: string;

    beforeAll(async () => {
      stranger = await tokenOf(service.url, await service.tenant(ALL_SCOPES));
    });

    const rowsOf = (userId: string) =>
      service.sql('SELECT * FROM users JOIN factors USING (tenant_id, user_id) WHERE user_id = $1', [userId]);

    it.each(rows)('%s answers a foreign id like an unknown one', async (_name, route) => {
      const owner = await tokenOf(service.url, victim);
      const suffix = `${route.controller}-${route.handler}`.toLowerCase();
      const foreign = await enrolled(service.url, owner, `ada-${suffix}`, forger.nowMs);
      const before = await rowsOf(foreign.userId);
      expect(before).toHaveLength(1);
      const own = withCode(route, totpAt(foreign.secret, forger.nowMs));
      const theirs = await send({
        ...requestOf(own, { userId: foreign.userId, factorId: foreign.factorId }),
        token: stranger,
      });
      const unknown = { userId: `unknown-${suffix}`, factorId: 'fac_01kaqy4zq7e1kvf3xh2vbsrzq0' };
      const ofUnknown = await send({ ...requestOf(own, unknown), token: stranger });
      expect(seenOfNew(theirs)).toEqual(seenOfNew(ofUnknown));
      expect(theirs.text).not.toContain(foreign.factorId);
      const after = await rowsOf(foreign.userId);
      expect(after.filter(({ id }) => id === before[0]?.['id'])).toEqual(before);
    });
  });
});

function withCode(route: Route, code: string): Route {
  return typeof route.body === 'object' && route.body !== null && 'code' in route.body
    ? { ...route, body: { ...route.body, code } }
    : route;
}

/** An answer with fresh secrets is compared by the names of its fields. */
function seenOfNew(answer: Answer) {
  if (answer.status !== 201) return seen(answer);
  return { status: 201, fields: Object.keys(answer.json() as object) };
}
