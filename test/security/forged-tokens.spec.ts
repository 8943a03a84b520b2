// T-06. The attacker has seen a token, knows the public keys, and can write any token. In the worst case they have a
// token that the service's own key signed for another purpose. route-matrix.spec.ts tries every forgery on every route.
// This spec checks that the list of forgeries is sound, and tests further ways to bend a token.
import { call, tokenOf, verify } from '../support/api.js';
import { es256, goodClaims, goodHeader, jws, serviceKey, type Victim } from '../support/forge.js';
import { flawlessToken, forgeries, type ForgerKnows } from '../support/forgeries.js';
import { exchange, requestText } from '../support/raw-http.js';
import { TestService } from '../support/service.js';

const SCOPE = 'factors:read verify';
const PATH = '/v1/users/ada/factors';

describe('forged tokens', () => {
  let service: TestService;
  let victim: Victim;
  let forger: ForgerKnows;

  beforeAll(async () => {
    service = await TestService.start();
    victim = { ...(await service.tenant(SCOPE)), issuer: service.issuer, scope: SCOPE };
    forger = { key: await serviceKey(service), victim, nowMs: Date.now() };
    await service.setClock({ frozenAtMs: forger.nowMs });
  });
  afterAll(() => service.stop());

  const read = (token: string) => call(service.url, { path: PATH, token });

  it('accepts a forgery without any fault, so each forgery in the list fails for its one fault', async () => {
    expect((await read(flawlessToken(forger))).status).toBe(200);
  });

  it('has at least 70 forgeries', () => {
    expect(Object.keys(forgeries(forger)).length).toBeGreaterThanOrEqual(70);
  });

  it('issues tokens exactly as RFC 9068 requires', async () => {
    const token = await tokenOf(service.url, victim);
    const [header = '', claims = ''] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString());
    expect(JSON.parse(header)).toEqual(goodHeader(forger.key));
    const jti = expect.stringMatching(/^[0-9a-f-]{36}$/) as string;
    expect(JSON.parse(claims)).toEqual({ ...goodClaims(victim, forger.nowMs), jti });
  });

  it.each([
    ['the last second of its life', 299, 200],
    ['its end', 300, 401],
    ['five seconds before its issue, for clock skew', -5, 200],
    ['six seconds before its issue', -6, 401],
  ])('validates the time of a token by the clock of the service: %s', async (_name, seconds, status) => {
    const token = flawlessToken({ ...forger, nowMs: Math.floor(forger.nowMs / 1_000) * 1_000 });
    await service.setClock({ frozenAtMs: Math.floor(forger.nowMs / 1_000) * 1_000 + seconds * 1_000 });
    const answer = await read(token);
    await service.setClock({ frozenAtMs: forger.nowMs });
    expect(answer.status).toBe(status);
  });

  it('refuses an already verified token as soon as it expires', async () => {
    const token = flawlessToken(forger);
    expect((await read(token)).status).toBe(200);
    await service.setClock({ frozenAtMs: forger.nowMs + 300_000 });
    expect((await read(token)).status).toBe(401);
    await service.setClock({ frozenAtMs: forger.nowMs });
  });

  it('ignores unknown scopes', async () => {
    const claims = { ...goodClaims(victim, forger.nowMs), scope: 'constructor __proto__ * verify:* factors:read' };
    const token = jws(goodHeader(forger.key), claims, es256(forger.key.privateKey));
    expect((await read(token)).status).toBe(200);
    expect((await verify(service.url, token, 'ada', '123456')).status).toBe(403);
  });

  it.each(['NOW', 'BEARER', 'bearer'])(
    'accepts the scheme Bearer in any letter case, and no other: %s',
    async (scheme) => {
      const headers = { authorization: `${scheme} ${flawlessToken(forger)}` };
      // RFC 9110 §11.1: schemes are case-insensitive.
      expect((await call(service.url, { path: PATH, headers })).status).toBe(scheme === 'NOW' ? 401 : 200);
    },
  );

  it.each([
    ['two tokens in one header', (good: string) => [`Authorization: Bearer ${good}, Bearer junk`]],
    [
      'a forged token before the good one',
      (good: string) => ['Authorization: Bearer x', `Authorization: Bearer ${good}`],
    ],
    ['a token broken over lines', (good: string) => [`Authorization: Bearer\r\n ${good}`]],
  ])('refuses %s', async (_name, lines) => {
    const answer = await exchange(service.url, requestText(`GET ${PATH} HTTP/1.1`, lines(flawlessToken(forger))));
    expect([400, 401]).toContain(answer.status);
  });
});
