// T-11. The attacker sends more than anybody needs: without a token, with bad ones, to addresses that do not exist, under
// forged forwarding headers, from all over their IPv6 network, with many tokens of one client.
import { call, tokenOf, type Answer, type Wish } from '../support/api.js';
import { exchange, requestText } from '../support/raw-http.js';
import { TestService, type Credentials } from '../support/service.js';

const LIMIT = 20;

interface Limit {
  readonly name: string;
  readonly [parameter: string]: string | number;
}

/** A list of strings with integer parameters (RFC 9651), which is what draft-10 §3 and §4 allow and no more. */
function limitsIn(header: unknown): Limit[] {
  return String(header).split(', ').map((item) => {
    const [, name = '', rest = ''] = /^"([a-z-]+)"((?:;[a-z]+=\d{1,15})+)$/.exec(item) ?? [];
    const parameters = rest.split(';').slice(1).map((parameter) => parameter.split('='));
    return { name, ...Object.fromEntries(parameters.map(([key, value]) => [key ?? '', Number(value)])) };
  });
}

describe('throttle', () => {
  let service: TestService;
  let nowMs: number;

  afterEach(() => service.stop());

  async function open(limits: Record<string, string>): Promise<void> {
    service = await TestService.start(1, limits);
    nowMs = Date.now();
    await service.setClock({ frozenAtMs: nowMs });
  }
  const later = async (milliseconds: number) => {
    nowMs += milliseconds;
    await service.setClock({ frozenAtMs: nowMs });
  };
  const times = async (count: number, wish: (index: number) => Wish): Promise<number[]> => {
    const statuses: number[] = [];
    for (let index = 0; index < count; index += 1) statuses.push((await call(service.url, wish(index))).status);
    return statuses;
  };

  function expectRefused(answer: Answer, name: string, limit: number): void {
    expect(answer.status).toBe(429);
    expect(answer.json()).toMatchObject({ code: 'too_many_requests', status: 429 });
    const policy = limitsIn(answer.headers['ratelimit-policy']).find((item) => item.name === name);
    const state = limitsIn(answer.headers['ratelimit']).find((item) => item.name === name);
    expect(policy).toEqual({ name, q: limit, w: 60 });
    expect(state).toEqual({ name, r: 0, t: Number(answer.headers['retry-after']) });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(60);
  }

  it('counts down, refuses the request after the last, and opens when the window ends', async () => {
    await open({ THROTTLE_ADDRESS: String(LIMIT) });
    for (let left = LIMIT - 1; left >= 0; left -= 1) {
      const answer = await call(service.url, { path: '/health/live' });
      expect(answer.status).toBe(200);
      expect(limitsIn(answer.headers['ratelimit'])).toEqual([{ name: 'address', r: left, t: 60 }]);
    }
    await later(20_000);
    const refused = await call(service.url, { path: '/health/live' });
    expectRefused(refused, 'address', LIMIT);
    expect(refused.headers['retry-after']).toBe('40');
    await later(39_999);
    expect((await call(service.url, { path: '/health/live' })).status).toBe(429);
    await later(1);
    expect((await call(service.url, { path: '/health/live' })).status).toBe(200);
  });

  it.each<[string, number, Wish]>([
    ['a missing token', 401, { path: '/v1/audit-events' }],
    ['a bad token', 401, { path: '/v1/audit-events', token: 'x.y.z' }],
    ['an address that no route has', 404, { path: '/nowhere' }],
    ['a bad escape', 400, { path: '/v1/users/%ff/factors' }],
    ['an over-long parameter', 414, { path: `/v1/users/${'a'.repeat(200)}/factors` }],
    ['an over-long address', 414, { path: `/v1/audit-events?after=${'a'.repeat(3_000)}` }],
    ['a wrong verb', 405, { method: 'PUT', path: '/v1/users/ada/verify' }],
    ['a body that is no JSON', 400, { path: '/v1/users/ada/verify', raw: '{' }],
    ['a body that is too large', 413, { path: '/v1/users/ada/verify', raw: 'x'.repeat(20_000) }],
    ['a wrong content type', 415, { path: '/v1/users/ada/verify', raw: 'x', headers: { 'content-type': 'text/plain' } }],
    ['a method of WebDAV', 404, { method: 'PROPFIND', path: '/v1/users/ada/verify' }],
  ])('counts %s', async (_name, status, wish) => {
    await open({ THROTTLE_ADDRESS: '3' });
    const statuses = await times(4, () => wish);
    // PROPFIND: 404 or 405, as the router has it.
    expect(statuses.slice(0, 3).map((one) => (one === 405 ? status : one))).toEqual(
      Array.from({ length: 3 }, () => status),
    );
    expect(statuses[3]).toBe(429);
  });

  it('refuses before it reads a body or looks at a token', async () => {
    await open({ THROTTLE_ADDRESS: '1' });
    await call(service.url, { path: '/health/live' });
    const head = requestText('POST /v1/users/ada/verify HTTP/1.1', [
      'Content-Type: application/json',
      'Content-Length: 10000',
      'Authorization: Bearer x.y.z',
    ]);
    // The body never comes: an answer shows that nobody waited for it.
    expect((await exchange(service.url, head, 2_000)).status).toBe(429);
  });

  it('counts token requests on their own', async () => {
    await open({ THROTTLE_TOKEN: '3' });
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const wish = { path: '/oauth2/token', raw: 'grant_type=client_credentials', headers: form };
    expect(await times(3, () => wish)).toEqual([401, 401, 401]);
    expectRefused(await call(service.url, wish), 'token-endpoint', 3);
    expect((await call(service.url, { path: '/health/live' })).status).toBe(200);
  });

  it('counts a client over all its tokens and routes, and nobody else', async () => {
    await open({ THROTTLE_CLIENT: '4' });
    const client: Credentials = await service.tenant();
    const other = await tokenOf(service.url, await service.tenant());
    const tokens = [await tokenOf(service.url, client), await tokenOf(service.url, client)];
    const wishes: Wish[] = [
      { path: '/v1/users/a/factors' },
      { path: '/v1/audit-events' },
      { path: '/v1/users/a/verify', body: { code: '000000' } },
      { path: '/v1/users/a/verify', body: { code: 'not a code' } },
    ];
    const statuses = await times(4, (index) => ({ ...wishes[index], token: tokens[index % 2] ?? '' }) as Wish);
    expect(statuses).toEqual([200, 200, 422, 400]);
    for (const token of tokens)
      expectRefused(await call(service.url, { path: '/v1/users/b/factors', token }), 'client', 4);
    expect((await call(service.url, { path: '/v1/audit-events', token: other })).status).toBe(200);
  });

  it('believes no forwarding header unless a proxy is trusted', async () => {
    await open({ THROTTLE_ADDRESS: '3' });
    const forged = (index: number) => ({
      path: '/health/live',
      headers: { 'x-forwarded-for': `198.51.100.${index}`, forwarded: `for=198.51.100.${index}`, 'x-real-ip': '1.2.3.4' },
    });
    expect(await times(4, forged)).toEqual([200, 200, 200, 429]);
  });

  it('counts the address that the trusted proxy saw, and not what the caller wrote before it', async () => {
    await open({ THROTTLE_ADDRESS: '3', TRUSTED_PROXIES: '127.0.0.1' });
    const seen = (address: string, before = '') => ({ path: '/health/live', headers: { 'x-forwarded-for': before + address } });
    expect(await times(4, (index) => seen('198.51.100.7', `203.0.113.${index}, `))).toEqual([200, 200, 200, 429]);
    expect(await times(1, () => seen('198.51.100.8'))).toEqual([200]);
  });

  it('counts an IPv6 network of 64 bits as one caller', async () => {
    await open({ THROTTLE_ADDRESS: '3', TRUSTED_PROXIES: '127.0.0.1' });
    const from = (address: string): Wish => ({ path: '/health/live', headers: { 'x-forwarded-for': address } });
    const inside = ['2001:db8:1:2::1', '2001:0DB8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2:0:0:0:3', '2001:db8:1:2::4'];
    expect(await times(4, (index) => from(inside[index] ?? ''))).toEqual([200, 200, 200, 429]);
    expect(await times(1, () => from('2001:db8:1:3::1'))).toEqual([200]);
    const mapped = ['::ffff:198.51.100.9', '198.51.100.9', '::FFFF:198.51.100.9', '198.51.100.9'];
    expect(await times(4, (index) => from(mapped[index] ?? ''))).toEqual([200, 200, 200, 429]);
  });
});
