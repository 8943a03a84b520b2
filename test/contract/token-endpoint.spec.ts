// POST /oauth2/token follows RFC 6749 §2.3.1, §4.4 and §5.2 exactly. Also the life of a client's secrets.
import { call, tokenOf, type Answer } from '../support/api.js';
import { DatabaseProxy } from '../support/database-proxy.js';
import { TestService, type Credentials } from '../support/service.js';

const FORM = 'application/x-www-form-urlencoded';
const GRANT = 'grant_type=client_credentials';

describe('the token endpoint', () => {
  let service: TestService;
  let proxy: DatabaseProxy;
  let client: Credentials;

  beforeAll(async () => {
    service = await TestService.start(0);
    proxy = await DatabaseProxy.before(service.databaseUrl);
    await service.addInstance({ DATABASE_URL: proxy.url, MIGRATION_DATABASE_URL: service.databaseUrl });
    client = await service.tenant('factors:read verify');
  });
  afterAll(async () => {
    await service.stop();
    await proxy.stop();
  });

  const ask = (raw: string, authorization?: string): Promise<Answer> =>
    call(service.url, {
      path: '/oauth2/token',
      raw,
      headers: { 'content-type': FORM, ...(authorization === undefined ? {} : { authorization }) },
    });
  const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  const good = () => basic(client.clientId, client.clientSecret);
  const post = ({ clientId, clientSecret }: Credentials) => `client_id=${clientId}&client_secret=${clientSecret}`;

  function expectError(answer: Answer, status: number, error: string): void {
    expect({ status: answer.status, body: answer.json() as unknown }).toEqual({
      status,
      body: { error, error_description: expect.any(String) as string },
    });
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.headers['cache-control']).toBe('no-store');
    // RFC 6749 §5.2: the scheme that the client used, or one that it may use.
    if (status === 401) expect(answer.headers['www-authenticate']).toMatch(/^Basic realm=/);
  }

  it('issues a token for credentials in the header or in the body', async () => {
    for (const answer of [await ask(GRANT, good()), await ask(`${GRANT}&${post(client)}`)]) {
      expect(answer.status).toBe(200);
      expect(answer.json()).toEqual({
        access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) as string,
        token_type: 'Bearer',
        expires_in: 300,
        scope: 'factors:read verify',
      });
      expect(answer.headers['cache-control']).toBe('no-store');
    }
  });

  it('decodes percent-encoded Basic credentials (RFC 6749 §2.3.1)', async () => {
    const encoded = (text: string) => text.replaceAll('_', '%5F');
    expect((await ask(GRANT, basic(encoded(client.clientId), encoded(client.clientSecret)))).status).toBe(200);
    expectError(await ask(GRANT, basic('%zz', client.clientSecret)), 401, 'invalid_client');
  });

  it('ignores unknown parameters (§3.2)', async () => {
    expect((await ask(`${GRANT}&resource=x&__proto__=y&constructor=z`, good())).status).toBe(200);
  });

  it.each([
    ['no grant', 'scope=verify'],
    ['an empty body', ''],
    ['the grant twice', `${GRANT}&${GRANT}`],
    ['the scope twice', `${GRANT}&scope=verify&scope=verify`],
    ['an over-long parameter', `${GRANT}&scope=${'x'.repeat(3_000)}`],
  ])('refuses %s as invalid_request', async (_name, body) => {
    expectError(await ask(body, good()), 400, 'invalid_request');
  });

  it.each(['password', 'authorization_code', 'refresh_token', 'CLIENT_CREDENTIALS', 'client_credentials%00', 'urn:x'])(
    'refuses the grant type %s',
    async (grant) => {
      expectError(await ask(`grant_type=${grant}`, good()), 400, 'unsupported_grant_type');
    },
  );

  it('refuses a request with two kinds of credentials', async () => {
    expectError(await ask(`${GRANT}&client_secret=${client.clientSecret}`, good()), 400, 'invalid_request');
    expectError(await ask(`${GRANT}&client_id=cli_00000000000000000000000000`, good()), 400, 'invalid_request');
    expect((await ask(`${GRANT}&client_id=${client.clientId}`, good())).status).toBe(200);
  });

  it.each([
    ['none', undefined],
    ['Bearer', 'Bearer x'],
    ['Basic without a value', 'Basic '],
    ['Basic that is no base64', 'Basic !!!'],
    ['Basic without a colon', `Basic ${Buffer.from('x').toString('base64')}`],
    ['an unknown client', basic('cli_00000000000000000000000000', 'csk_0000000000000000000000000000000DWLdS')],
  ])('refuses as invalid_client: %s', async (_name, authorization) => {
    expectError(await ask(GRANT, authorization), 401, 'invalid_client');
  });

  it('answers an unknown client and a wrong secret with the same bytes', async () => {
    const other = await service.client((await service.tenant('verify')).tenantId, 'verify');
    const answers = [
      await ask(GRANT, basic(client.clientId, other.clientSecret)),
      await ask(GRANT, basic('cli_00000000000000000000000000', other.clientSecret)),
      await ask(GRANT, basic(client.clientId, 'csk_garbage')),
    ];
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
  });

  it.each(['factors:write', 'verify factors:write', 'tenant:admin', 'constructor', 'verify\tfactors:read', 'VERIFY'])(
    'refuses the scope %s that the client does not have',
    async (scope) => {
      expectError(await ask(`${GRANT}&scope=${encodeURIComponent(scope)}`, good()), 400, 'invalid_scope');
    },
  );

  it('narrows the scope on request, and grants all scopes if the parameter is empty or missing', async () => {
    const scopeOf = async (body: string) => ((await ask(body, good())).json() as { scope: string }).scope;
    expect(await scopeOf(`${GRANT}&scope=verify`)).toBe('verify');
    expect(await scopeOf(`${GRANT}&scope=verify%20verify`)).toBe('verify');
    // RFC 6749 §3.2: a parameter without a value counts as omitted.
    expect(await scopeOf(`${GRANT}&scope=`)).toBe('factors:read verify');
  });

  it('reads an empty client_secret beside Basic as omitted (§3.2)', async () => {
    expect((await ask(`${GRANT}&client_id=&client_secret=`, good())).status).toBe(200);
  });

  it('accepts two live secrets, and refuses a third and a revoked one', async () => {
    const first = await service.client((await service.tenant('verify')).tenantId, 'verify');
    const second = await service.admin<Credentials & { slot: number }>(
      'clients',
      'add-secret',
      '--client',
      first.clientId,
    );
    expect(await tokenOf(service.url, first)).toEqual(expect.any(String));
    expect(await tokenOf(service.url, second)).toEqual(expect.any(String));
    await expect(service.admin('clients', 'add-secret', '--client', first.clientId)).rejects.toThrow(
      /two live secrets/,
    );
    await service.admin('clients', 'revoke-secret', '--client', first.clientId, '--slot', '1');
    await expect(tokenOf(service.url, first)).rejects.toThrow(/no token: 401/);
    expect(await tokenOf(service.url, second)).toEqual(expect.any(String));
  });

  it('refuses a suspended client like a wrong secret, and records the reason', async () => {
    const tenant = await service.tenant('verify');
    await service.admin('clients', 'suspend', '--client', tenant.clientId);
    const answer = await ask(GRANT, basic(tenant.clientId, tenant.clientSecret));
    expectError(answer, 401, 'invalid_client');
    expect(answer.text).toBe((await ask(GRANT, basic(tenant.clientId, 'csk_garbage'))).text);
    const reasons = await service.sql<{ reason: string }>(
      "SELECT reason FROM audit_events WHERE action = 'token.refused'",
    );
    expect(reasons.map(({ reason }) => reason)).toContain('suspended');
  });

  it('refuses a malformed secret without asking the database', async () => {
    proxy.cut();
    const wellFormed = await ask(GRANT, good());
    const garbage = await ask(GRANT, basic(client.clientId, `${client.clientSecret.slice(0, -1)}!`));
    const typingError = await ask(
      GRANT,
      basic(
        client.clientId,
        client.clientSecret.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a')),
      ),
    );
    proxy.heal();
    expect(wellFormed.status).toBe(503);
    expectError(garbage, 401, 'invalid_client');
    expectError(typingError, 401, 'invalid_client');
    expect((await ask(GRANT, good())).status).toBe(200);
  });
});
