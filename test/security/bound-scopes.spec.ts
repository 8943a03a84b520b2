// T-06. The attacker has the secret of a client, or a bearer token from before a rule was set. They want the most
// valuable scope, `tenant:admin` in production, or any scope of a tenant that requires bound tokens.
import { setTimeout as sleep } from 'node:timers/promises';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { call, tokenOf, type Answer } from '../support/api.js';
import { DatabaseProxy } from '../support/database-proxy.js';
import { es256, goodClaims, goodHeader, jws, serviceKey, type Json } from '../support/forge.js';
import { ASSERTION_TYPE, askToken, boundTokenOf, Holder, registered } from '../support/holder.js';
import { TestService, type Credentials, type Instance } from '../support/service.js';

const PATH = '/v1/users/ada/factors';
const SCOPE = 'factors:read verify tenant:admin';
const DPOP = 'DPoP algs="ES256 EdDSA"';

describe('scopes and tenants that need bound tokens', () => {
  let service: TestService;
  let proxy: DatabaseProxy;
  let production: Instance;
  let client: Credentials & { tenantId: string };
  const holder = new Holder('EdDSA');
  // A whole second, ahead of the first signing key.
  const nowMs = Math.ceil(Date.now() / 1_000) * 1_000 + 60_000;

  beforeAll(async () => {
    service = await TestService.start(1);
    proxy = await DatabaseProxy.before(await service.productionUrl());
    production = await service.addInstance({
      NODE_ENV: 'production',
      ISSUER: 'https://countersign.test',
      DATABASE_URL: proxy.url,
    });
    await service.setClock({ frozenAtMs: nowMs });
    client = await service.tenant(SCOPE);
  });
  afterAll(async () => {
    await service.stop();
    await proxy.stop();
  });

  interface Place {
    readonly url: string;
    readonly issuer: string;
  }
  const inProduction = (): Place => ({ url: production.url, issuer: 'https://countersign.test' });
  const inTest = (): Place => ({ url: service.url, issuer: service.issuer });
  const bound = ({ url, issuer }: Place, scope?: string, who = client) =>
    boundTokenOf(url, holder, { ...who, issuer, nowMs, ...(scope === undefined ? {} : { scope }) });
  const use = ({ url, issuer }: Place, token: string): Promise<Answer> => {
    const dpop = holder.proof({ method: 'GET', url: issuer + PATH, nowMs, token });
    return call(url, { path: PATH, headers: { authorization: `DPoP ${token}`, dpop } });
  };
  const ask = ({ url }: Place, scope?: string): Promise<Answer> =>
    askToken(url, {
      client_id: client.clientId,
      client_secret: client.clientSecret,
      ...(scope === undefined ? {} : { scope }),
    });
  const reasons = async () => {
    const text = "SELECT reason FROM audit_events WHERE action = 'token.refused' ORDER BY tx DESC LIMIT 1";
    return (await service.sql<{ reason: string }>(text)).map(({ reason }) => reason);
  };
  /** A bearer token with these scopes, as issued before the rule was set. */
  async function olderToken({ issuer }: Place, scope: string, confirmation: Json = {}): Promise<string> {
    const key = await serviceKey(service);
    const claims = { ...goodClaims({ ...client, issuer, scope }, nowMs), ...confirmation };
    return jws(goodHeader(key), claims, es256(key.privateKey));
  }

  it('refuse tenant:admin without a proof in production, and omit it if the request names no scope', async () => {
    const named = await ask(inProduction(), SCOPE);
    expect([named.status, named.json()]).toMatchObject([400, { error: 'invalid_scope' }]);
    expect(await reasons()).toEqual(['bound_token_required']);
    const unnamed = await ask(inProduction());
    expect(unnamed.json()).toMatchObject({ token_type: 'Bearer', scope: 'factors:read verify' });
    expect((await ask(inTest(), SCOPE)).json()).toMatchObject({ token_type: 'Bearer', scope: SCOPE });
  });

  it('grant tenant:admin to a bound token, which works with its proof', async () => {
    const token = await bound(inProduction());
    const [, claims = ''] = token.split('.');
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      scope: SCOPE,
      cnf: { jkt: holder.thumbprint },
    });
    expect((await use(inProduction(), token)).status).toBe(200);
  });

  it('refuse an older bearer token with it in production, on every route', async () => {
    const older = await olderToken(inProduction(), SCOPE);
    const answer = await call(production.url, { path: PATH, token: older });
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, `${DPOP}, error="invalid_token"`]);
    const harmless = await olderToken(inProduction(), 'factors:read');
    expect((await call(production.url, { path: PATH, token: harmless })).status).toBe(200);
  });

  it('refuse a bearer token sent as a bound one, and a token bound by an unknown method', async () => {
    const token = await olderToken(inTest(), 'factors:read');
    const answer = await use(inTest(), token);
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, `${DPOP}, error="invalid_token"`]);
    const strange = await olderToken(inTest(), 'factors:read', { cnf: { 'x5t#S256': 'A'.repeat(43) } });
    expect((await call(service.url, { path: PATH, token: strange })).status).toBe(401);
  });

  it.each<[string, string | (() => string)]>([
    ['empty', ''],
    ['of another address', () => holder.proof({ method: 'POST', url: `${service.issuer}/oauth2/tokens`, nowMs })],
    ['of another method', () => holder.proof({ method: 'GET', url: `${service.issuer}/oauth2/token`, nowMs })],
    [
      '61 seconds old',
      () => holder.proof({ method: 'POST', url: `${service.issuer}/oauth2/token`, nowMs: nowMs - 61_000 }),
    ],
  ])('issue no token at all for a proof that is %s', async (_name, proof) => {
    const dpop = typeof proof === 'string' ? proof : proof();
    const answer = await askToken(
      service.url,
      { client_id: client.clientId, client_secret: client.clientSecret },
      { dpop },
    );
    expect([answer.status, answer.json()]).toMatchObject([400, { error: 'invalid_dpop_proof' }]);
    expect(await reasons()).toEqual(['dpop_proof_not_valid']);
  });

  it('issue one token for one proof, and record the replay', async () => {
    const dpop = holder.proof({ method: 'POST', url: `${service.issuer}/oauth2/token`, nowMs });
    const form = { client_id: client.clientId, client_secret: client.clientSecret };
    const answers = await Promise.all(Array.from({ length: 20 }, () => askToken(service.url, form, { dpop })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(19);
    expect(await reasons()).toEqual(['dpop_proof_replayed']);
  });

  it('accept keys, thumbprints, proofs and assertions from another implementation', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = await exportJWK(publicKey);
    const thumbprint = await calculateJwkThumbprint(jwk);
    await registered(service, client, { jwk: { ...jwk }, thumbprint });
    const [iat, jti] = [nowMs / 1_000, () => crypto.randomUUID()];
    const proof = (claims: Json) =>
      new SignJWT({ ...claims, jti: jti() })
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
        .setIssuedAt(iat)
        .sign(privateKey);
    const assertion = await new SignJWT({ jti: jti() })
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer(client.clientId)
      .setSubject(client.clientId)
      .setAudience(service.issuer)
      .setIssuedAt(iat)
      .setExpirationTime(iat + 60)
      .sign(privateKey);
    const form = { client_assertion: assertion, client_assertion_type: ASSERTION_TYPE };
    const answer = await askToken(service.url, form, {
      dpop: await proof({ htm: 'POST', htu: `${service.issuer}/oauth2/token` }),
    });
    const { access_token: token } = answer.json() as { access_token: string };
    const [, claims = ''] = token.split('.');
    const { cnf } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { cnf: { jkt: string } };
    expect(cnf.jkt).toBe(thumbprint);
    const ath = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(token))).toString('base64url');
    const dpop = await proof({ htm: 'GET', htu: service.issuer + PATH, ath });
    expect((await call(service.url, { path: PATH, headers: { authorization: `DPoP ${token}`, dpop } })).status).toBe(
      200,
    );
  });

  it('refuse bound tokens with 503 while the database cannot tell if a proof was used', async () => {
    const token = await bound(inProduction());
    const path = '/v1/users/ada/verify';
    // The body is no code. A service that accepts the proof answers 400 without another query.
    const status = async () => {
      const dpop = holder.proof({ method: 'POST', url: inProduction().issuer + path, nowMs, token });
      const headers = { authorization: `DPoP ${token}`, dpop };
      return (await call(production.url, { path, headers, body: { code: 'x' } })).status;
    };
    expect(await status()).toBe(400);
    proxy.cut();
    expect(await status()).toBe(503);
    proxy.heal();
    for (const from = Date.now(); (await status()) !== 400;) {
      if (Date.now() - from > 15_000) throw new Error('it did not recover');
      await sleep(100);
    }
  });

  it('refuse bound tokens of a suspended client, even with right proofs', async () => {
    const other = await service.client(client.tenantId, SCOPE);
    const token = await bound(inTest(), undefined, { ...other, tenantId: client.tenantId });
    expect((await use(inTest(), token)).status).toBe(200);
    await service.admin('clients', 'suspend', '--client', other.clientId);
    await sleep(2_500);
    const answer = await use(inTest(), token);
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, `${DPOP}, error="invalid_token"`]);
  });

  it('delete proofs some minutes after they expire, a few with each used proof', async () => {
    const old = await service.sql<{ n: number }>('SELECT count(*)::int AS n FROM proof_jtis');
    expect(old[0]?.n).toBeGreaterThan(5);
    await service.sql("UPDATE proof_jtis SET expires_at = expires_at - interval '1 day'");
    const token = await bound(inTest());
    for (let used = 0; used < 4; used += 1) await use(inTest(), token);
    expect(await service.sql('SELECT count(*)::int AS n FROM proof_jtis')).toEqual([{ n: 5 }]);
  });

  it("apply a tenant's rule immediately to new tokens, within five seconds to older ones", async () => {
    const tenant = await service.tenant('factors:read verify');
    const older = await tokenOf(service.url, tenant);
    const token = await bound(inTest(), 'verify factors:read', tenant);
    const bystander = await tokenOf(service.url, client, 'factors:read');
    expect((await call(service.url, { path: PATH, token: older })).status).toBe(200);
    await service.admin('tenants', 'set', '--tenant', tenant.tenantId, '--bound-tokens', 'on');
    await expect(tokenOf(service.url, tenant)).rejects.toThrow(/400.*invalid_scope/);
    await expect(tokenOf(service.url, tenant, 'verify')).rejects.toThrow(/400.*invalid_scope/);
    await sleep(2_500);
    const answer = await call(service.url, { path: PATH, token: older });
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, `${DPOP}, error="invalid_token"`]);
    expect((await use(inTest(), token)).status).toBe(200);
    expect((await use(inTest(), await bound(inTest(), undefined, tenant))).status).toBe(200);
    expect((await call(service.url, { path: PATH, token: bystander })).status).toBe(200);
  });
});
