// T-11. The attacker sends more requests than the limit. They send without a token, with bad tokens, to unknown
// addresses, or with forged forwarding headers. They send from all over their IPv6 network, or with many tokens of one
// client.
import { call, tokenOf, type Answer, type Wish } from '../support/api.js';
import { exchange, requestText } from '../support/raw-http.js';
import { TestService, type Credentials } from '../support/service.js';

const LIMIT = 6;

interface Limit {
  readonly name: string;
  readonly [parameter: string]: string | number;
}

/** A list of strings with integer parameters (RFC 9651), the only form that draft-10 §3 and §4 allow. */
function limitsIn(header: unknown): Limit[] {
  return String(header)
    .split(', ')
    .map((item) => {
      const [, name = '', rest = ''] = /^"([a-z-]+)"((?:;[a-z]+=\d{1,15})+)$/.exec(item) ?? [];
      const parameters = rest
        .split(';')
        .slice(1)
        .map((parameter) => parameter.split('='));
      return { name, ...Object.fromEntries(parameters.map(([key, value]) => [key ?? '', Number(value)])) };
    });
}

describe('throttle', () => {
  let service: TestService;
  let nowMs: number;
  let address: string;
  let addresses = 0;

  beforeAll(async () => {
    const limits = { THROTTLE_ADDRESS: String(LIMIT), THROTTLE_TOKEN: '3', THROTTLE_CLIENT: '4' };
    service = await TestService.start(1, { ...limits, TRUSTED_PROXIES: '127.0.0.1' });
    nowMs = Date.now();
    await later(0);
  });
  // This spec acts as the trusted proxy, so every test has a caller address of its own.
  beforeEach(() => {
    address = freshAddress();
  });
  afterAll(() => service.stop());

  const freshAddress = () => `198.51.100.${(addresses += 1)}`;
  const later = async (milliseconds: number) => {
    nowMs += milliseconds;
    await service.setClock({ frozenAtMs: nowMs });
  };
  const send = (wish: Wish, from = address, url = service.url): Promise<Answer> =>
    call(url, { ...wish, headers: { 'x-forwarded-for': from, ...wish.headers } });
  const times = async (count: number, one: (index: number) => Promise<Answer>): Promise<number[]> => {
    const statuses: number[] = [];
    for (let index = 0; index < count; index += 1) statuses.push((await one(index)).status);
    return statuses;
  };
  const LIVE: Wish = { path: '/health/live' };

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

  it('counts down, refuses the request after the last, and refills one at a time', async () => {
    for (let left = LIMIT - 1; left >= 0; left -= 1) {
      const answer = await send(LIVE);
      expect(answer.status).toBe(200);
      expect(limitsIn(answer.headers['ratelimit'])).toEqual([{ name: 'address', r: left, t: 10 }]);
    }
    for (let second = 0; second < 10; second += 1) {
      const refused = await send(LIVE);
      expectRefused(refused, 'address', LIMIT);
      expect(refused.headers['retry-after']).toBe(String(10 - second));
      await later(1_000);
    }
    expect(await times(2, () => send(LIVE))).toEqual([200, 429]);
    await later(9_999);
    expect((await send(LIVE)).status).toBe(429);
    await later(1);
    expect(await times(2, () => send(LIVE))).toEqual([200, 429]);
    // After a quiet minute the whole limit is free, and no more.
    await later(60_000);
    expect(await times(LIMIT + 1, () => send(LIVE))).toEqual([...Array<number>(LIMIT).fill(200), 429]);
  });

  it.each<[string, number[], Wish]>([
    ['a missing token', [401], { path: '/v1/audit-events' }],
    ['a bad token', [401], { path: '/v1/audit-events', token: 'x.y.z' }],
    ['an address without a route', [404], { path: '/nowhere' }],
    ['a bad escape', [400], { path: '/v1/users/%ff/factors' }],
    ['an over-long parameter', [414], { path: `/v1/users/${'a'.repeat(200)}/factors` }],
    ['an over-long address', [414], { path: `/v1/audit-events?after=${'a'.repeat(3_000)}` }],
    ['a wrong verb', [405], { method: 'PUT', path: '/v1/users/ada/verify' }],
    ['a method of WebDAV', [404, 405], { method: 'PROPFIND', path: '/v1/users/ada/verify' }],
    ['a body that is no JSON', [400], { path: '/v1/users/ada/verify', raw: '{' }],
    ['a body that is too large', [413], { path: '/v1/users/ada/verify', raw: 'x'.repeat(20_000) }],
    [
      'another content type',
      [415],
      { path: '/v1/users/ada/verify', raw: 'x', headers: { 'content-type': 'text/plain' } },
    ],
  ])('counts %s', async (_name, expected, wish) => {
    const statuses = await times(LIMIT + 1, () => send(wish));
    expect([statuses.at(-1), ...new Set(statuses.slice(0, LIMIT))]).toEqual([429, expect.any(Number)]);
    expect(expected).toContain(statuses[0]);
    // It counts against its sender: others behind the same proxy are not affected.
    expect(expected).toContain((await send(wish, freshAddress())).status);
  });

  it('refuses before it reads a body or checks a token', async () => {
    await times(LIMIT, () => send(LIVE));
    const head = requestText('POST /v1/users/ada/verify HTTP/1.1', [
      `X-Forwarded-For: ${address}`,
      'Content-Type: application/json',
      'Content-Length: 10000',
      'Authorization: Bearer x.y.z',
    ]);
    // The body never arrives: an answer shows that the service did not wait for it.
    expect((await exchange(service.url, head, 3_000)).status).toBe(429);
  });

  it('counts token requests separately', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const wish = { path: '/oauth2/token', raw: 'grant_type=client_credentials', headers };
    expect(await times(3, () => send(wish))).toEqual([401, 401, 401]);
    expectRefused(await send(wish), 'token-endpoint', 3);
    expect((await send(LIVE)).status).toBe(200);
  });

  it('counts a client over all its tokens, routes and addresses, apart from other clients', async () => {
    // This spec itself is a caller too: its token requests are free again.
    await later(60_000);
    const client: Credentials = await service.tenant();
    const tokens = [await tokenOf(service.url, client), await tokenOf(service.url, client)];
    const wishes: Wish[] = [
      { path: '/v1/users/a/factors' },
      { path: '/v1/audit-events' },
      { path: '/v1/users/a/verify', body: { code: '000000' } },
      { path: '/v1/users/a/verify', body: { code: 'not a code' } },
    ];
    const tried = (index: number) => ({ path: '', ...wishes[index], token: tokens[index % 2] ?? '' });
    expect(await times(4, (index) => send(tried(index), freshAddress()))).toEqual([200, 200, 422, 400]);
    for (const token of tokens) expectRefused(await send({ path: '/v1/users/b/factors', token }), 'client', 4);
    await later(60_000);
    const other = await tokenOf(service.url, await service.tenant());
    for (const [index] of wishes.entries()) await send(tried(index));
    expect((await send({ path: '/v1/audit-events', token: tokens[0] ?? '' }, freshAddress())).status).toBe(429);
    expect((await send({ path: '/v1/audit-events', token: other }, freshAddress())).status).toBe(200);
  });

  it('ignores forwarding headers unless a proxy is trusted', async () => {
    const { url } = await service.addInstance({ TRUSTED_PROXIES: '' });
    const forged = (index: number) => {
      const headers = { forwarded: `for=203.0.113.${index}`, 'x-real-ip': `203.0.113.${index}` };
      return send({ ...LIVE, headers }, `203.0.113.${index}`, url);
    };
    expect((await times(LIMIT + 1, forged)).at(-1)).toBe(429);
  });

  it('counts the address that the trusted proxy saw, not the ones before it in the header', async () => {
    const seen = await times(LIMIT + 1, (index) => send(LIVE, `203.0.113.${index}, ${address}`));
    expect(seen.at(-1)).toBe(429);
    expect((await send(LIVE, freshAddress())).status).toBe(200);
  });

  it('counts an IPv6 network of 64 bits as one caller, and a mapped IPv4 address as itself', async () => {
    const inside = ['2001:db8:1:2::1', '2001:0DB8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2:0:0:0:3', '2001:db8:1:2::4'];
    const mapped = [`::ffff:${address}`, address, `::FFFF:${address}`];
    for (const group of [inside, mapped]) {
      const statuses = await times(LIMIT + 1, (index) => send(LIVE, group[index % group.length]));
      expect(statuses.at(-1)).toBe(429);
    }
    expect((await send(LIVE, '2001:db8:1:3::1')).status).toBe(200);
  });
});
