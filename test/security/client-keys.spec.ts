// T-23, T-06. The attacker wants to act as the client. They write their own assertions (RFC 7523), change recorded
// ones, replay one, or use one for another server. They may own another client of the same tenant.
import type { Answer } from '../support/api.js';
import { hs256, jws } from '../support/forge.js';
import { ASSERTION_TYPE, askToken, Holder, registered, type Change } from '../support/holder.js';
import { TestService, type Credentials } from '../support/service.js';
import { statuses } from '../support/stage.js';

const SCOPE = 'factors:read verify';

describe('client assertions', () => {
  let service: TestService;
  let client: Credentials & { tenantId: string };
  let other: Credentials;
  const owner = new Holder();
  const thief = new Holder();
  // A whole second, ahead of the first signing key.
  const nowMs = Math.ceil(Date.now() / 1_000) * 1_000 + 60_000;
  const seconds = nowMs / 1_000;

  beforeAll(async () => {
    service = await TestService.start(2);
    await service.setClock({ frozenAtMs: nowMs });
    client = await service.tenant(SCOPE);
    other = await service.client(client.tenantId, SCOPE);
    await registered(service, client, owner);
    await registered(service, other, thief);
  });
  afterAll(() => service.stop());

  const made = (change: Change = {}, holder = owner) =>
    holder.assertion({ clientId: client.clientId, issuer: service.issuer, nowMs }, change);
  const ask = (assertion: string, more: Readonly<Record<string, string>> = {}, at = 0): Promise<Answer> =>
    askToken(service.instances[at % 2]?.url ?? '', {
      client_assertion: assertion,
      client_assertion_type: ASSERTION_TYPE,
      ...more,
    });
  const reasons = async () =>
    (
      await service.sql<{ reason: string }>(
        "SELECT reason FROM audit_events WHERE action = 'token.refused' ORDER BY tx",
      )
    ).map(({ reason }) => reason);

  it.each<[string, Change]>([
    ['as a JWT', { header: { typ: 'JWT' } }],
    ['with a type of its own', { header: { typ: 'client-authentication+jwt' } }],
    ['with a key id of the client’s choice', { header: { kid: 'mine' } }],
    ['five minutes ahead of its end', { claims: { exp: seconds + 300 } }],
  ])('are accepted once from the owner of the key, %s', async (_name, change) => {
    const assertion = made(change);
    const answer = await ask(assertion, { client_id: client.clientId });
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({ token_type: 'Bearer', scope: SCOPE });
    expect((await ask(assertion, {}, 1)).status).toBe(401);
    expect((await reasons()).at(-1)).toBe('client_assertion_replayed');
  });

  const FORGED: readonly (readonly [string, string, () => string])[] = [
    ['signed by another key', 'wrong_client_key', () => made({ signer: thief.signer })],
    [
      'that bring the key that signed them',
      'wrong_client_key',
      () => made({ header: { jwk: thief.jwk }, signer: thief.signer }),
    ],
    [
      'with a key by address',
      'wrong_client_key',
      () => made({ header: { jku: 'http://evil.test', x5c: ['x'] }, signer: thief.signer }),
    ],
    ['under none', 'wrong_client_key', () => made({ header: { alg: 'none' } })],
    ['under another algorithm', 'wrong_client_key', () => made({ header: { alg: 'ES384' } })],
    [
      'for the token endpoint',
      'client_assertion_not_valid',
      () => made({ claims: { aud: `${service.issuer}/oauth2/token` } }),
    ],
    [
      'for a list with the issuer in it',
      'client_assertion_not_valid',
      () => made({ claims: { aud: [service.issuer] } }),
    ],
    [
      'for the issuer with a slash',
      'client_assertion_not_valid',
      () => made({ claims: { aud: `${service.issuer}/` } }),
    ],
    ['for another server', 'client_assertion_not_valid', () => made({ claims: { aud: 'https://other.test' } })],
    ['without an audience', 'client_assertion_not_valid', () => made({ claims: { aud: undefined } })],
    [
      'from another issuer',
      'client_assertion_not_valid',
      () => made({ claims: { iss: 'cli_00000000000000000000000000' } }),
    ],
    ['that are over', 'client_assertion_not_valid', () => made({ claims: { exp: seconds } })],
    ['that live too long', 'client_assertion_not_valid', () => made({ claims: { exp: seconds + 311 } })],
    ['that never end', 'client_assertion_not_valid', () => made({ claims: { exp: undefined } })],
    ['that have not begun', 'client_assertion_not_valid', () => made({ claims: { nbf: seconds + 11 } })],
    ['of the future', 'client_assertion_not_valid', () => made({ claims: { iat: seconds + 11 } })],
    ['without an id', 'client_assertion_not_valid', () => made({ claims: { jti: undefined } })],
    ['with an id of 257 characters', 'client_assertion_not_valid', () => made({ claims: { jti: 'x'.repeat(257) } })],
    ['of the type of a DPoP proof', 'client_assertion_not_valid', () => made({ header: { typ: 'dpop+jwt' } })],
    ['of the type of an access token', 'client_assertion_not_valid', () => made({ header: { typ: 'at+jwt' } })],
    ['with a critical header', 'client_assertion_not_valid', () => made({ header: { crit: ['exp'] } })],
  ];

  it.each(FORGED)('%s are refused as unknown clients are, and the event says %s', async (_name, reason, make) => {
    const unknown = await ask(
      made({ claims: { iss: 'cli_00000000000000000000000000', sub: 'cli_00000000000000000000000000' } }),
    );
    const before = (await reasons()).length;
    const answer = await ask(make());
    expect([answer.status, answer.text]).toEqual([unknown.status, unknown.text]);
    expect(answer.json()).toMatchObject({ error: 'invalid_client' });
    expect((await reasons()).slice(before)).toEqual([reason]);
    expect((await ask(made())).status).toBe(200);
  });

  it.each<[string, () => string]>([
    ['no JWS', () => 'x'],
    ['two parts', () => made().split('.').slice(0, 2).join('.')],
    ['longer than anything', () => made({ claims: { x: 'x'.repeat(4_000) } })],
    [
      'under HS256 with the public key as secret',
      () => made({ header: { alg: 'HS256' }, signer: hs256(JSON.stringify(owner.jwk)) }),
    ],
    ['a list of claims', () => jws({ alg: 'ES256' }, '[]', owner.signer)],
  ])('are refused without a database query if they are %s', async (_name, make) => {
    const before = (await reasons()).length;
    expect([400, 401]).toContain((await ask(make())).status);
    expect(await reasons()).toHaveLength(before);
  });

  it('are refused beside another client id, other credentials, or another assertion type', async () => {
    expect((await ask(made(), { client_id: 'cli_00000000000000000000000000' })).status).toBe(401);
    const both = await ask(made(), { client_secret: client.clientSecret });
    expect([both.status, both.json()]).toMatchObject([400, { error: 'invalid_request' }]);
    const type = await ask(made(), {
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer',
    });
    expect([type.status, type.json()]).toMatchObject([401, { error: 'invalid_client' }]);
  });

  it('of one client are refused for another client', async () => {
    expect((await ask(made({}, thief))).status).toBe(401);
    const own = thief.assertion({ clientId: other.clientId, issuer: service.issuer, nowMs });
    expect((await ask(own)).status).toBe(200);
  });

  it('are accepted once for 50 parallel uses over two processes', async () => {
    const assertion = made();
    const answers = await Promise.all(Array.from({ length: 50 }, (_none, index) => ask(assertion, {}, index)));
    expect(statuses(answers)).toEqual({ 200: 1, 401: 49 });
  });

  it('are used up even if the request is refused for its scope', async () => {
    const assertion = made();
    expect((await ask(assertion, { scope: 'tenant:admin' })).status).toBe(400);
    expect((await ask(assertion)).status).toBe(401);
  });

  it('of a suspended client are refused as those of an unknown client', async () => {
    const assertion = () => thief.assertion({ clientId: other.clientId, issuer: service.issuer, nowMs });
    expect((await ask(assertion())).status).toBe(200);
    await service.admin('clients', 'suspend', '--client', other.clientId);
    const answer = await ask(assertion());
    expect([answer.status, answer.text]).toEqual([401, (await ask(made({}, thief))).text]);
    expect((await reasons()).slice(-2)).toEqual(['suspended', 'wrong_client_key']);
  });
});
