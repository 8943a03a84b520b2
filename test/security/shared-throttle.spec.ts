// T-43, T-11. The attacker has one token, one address or one network, and two instances. They send in turn or in
// parallel, with forged headers and other spellings of their address, so that each instance sees a new caller. Or they
// read the content of the store.
import { createHash } from 'node:crypto';
import { fromTypeId } from '../../src/platform/crypto/type-id.js';
import { call, tokenOf, type Wish } from '../support/api.js';
import { burst, quotaIn, tell, type Burst } from '../support/bursts.js';
import { redisMissing, redisPath, RedisServer } from '../support/redis-server.js';
import { TestService, type Credentials } from '../support/service.js';

const LIMIT = 120;
const PASSWORD = 'password-of-the-store';
const LIVE: Wish = { path: '/health/live' };
/** The schema refuses this request after token, scope and throttles; the database has no part in it. */
const COUNTED: Wish = { path: '/v1/users/ada/verify', body: { code: 'not a code' } };

(redisPath === undefined ? describe.skip : describe)(`throttles of two instances over one store${redisMissing}`, () => {
  let server: RedisServer;
  let service: TestService;
  let client: Credentials;
  let token: string;
  let trusting: string[];
  let addresses = 0;

  beforeAll(async () => {
    server = await RedisServer.start(PASSWORD);
    const limits = { THROTTLE_ADDRESS: String(LIMIT), THROTTLE_CLIENT: String(LIMIT), THROTTLE_TOKEN: '1000' };
    service = await TestService.start(2, { ...limits, REDIS_URL: server.url, TRUSTED_PROXIES: '127.0.0.1' });
    trusting = service.instances.map(({ url }) => url);
    client = await service.tenant();
    token = await tokenOf(service.url, client);
  });
  afterAll(async () => {
    await service.stop();
    await server.stop();
  });

  const freshAddress = () => `198.51.${(addresses += 1) >> 8}.${addresses & 255}`;
  const from = (address: string, wish: Wish = LIVE): Wish => ({
    ...wish,
    headers: { ...wish.headers, 'x-forwarded-for': address },
  });
  const log = () => service.instances.map((instance) => instance.output()).join('');

  function expectHeld(what: string, measured: Burst, status = 200): void {
    tell(what, measured, LIMIT);
    expect(measured.passed).toBeGreaterThanOrEqual(LIMIT);
    expect(measured.passed).toBeLessThanOrEqual(LIMIT + measured.tolerance);
    expect(new Set(measured.answers.map(({ status }) => status))).toEqual(new Set([status, 429]));
    // All were counted by the store: no instance fell back to a quarter of the limit.
    expect(log()).not.toContain('the throttle store does not answer');
  }

  it('answer 1,000 parallel requests of one client only up to one limit, plus refill', async () => {
    const tokens = [token, await tokenOf(service.url, client)];
    const addressed = Array.from({ length: 1_000 }, freshAddress);
    const measured = await burst({ urls: trusting, count: 1_000, limit: LIMIT }, (index) =>
      from(addressed[index] ?? '', { ...COUNTED, token: tokens[(index >> 1) % 2] ?? '' }),
    );
    expectHeld('one client', measured, 400);
  });

  it('answer 1,000 parallel requests of one address only up to one limit, plus refill', async () => {
    const address = freshAddress();
    expectHeld('one address', await burst({ urls: trusting, count: 1_000, limit: LIMIT }, () => from(address)));
  });

  it('report the same count at each instance', async () => {
    const address = freshAddress();
    const began = performance.now();
    for (let left = LIMIT - 1; left > LIMIT - 6; left -= 1) {
      const answer = await call(trusting[left % 2] ?? '', from(address));
      expect(quotaIn(answer, 'address')).toBe(LIMIT);
      const [, told] = /^"address";r=(\d+);t=1$/.exec(String(answer.headers['ratelimit'])) ?? [];
      expect(Number(told)).toBeGreaterThanOrEqual(left);
      // One request is refilled each half second.
      expect(Number(told)).toBeLessThanOrEqual(left + Math.ceil((performance.now() - began) / 500));
    }
  });

  it('announce when the next request is free, and then accept it', async () => {
    const address = freshAddress();
    const { answers } = await burst({ urls: trusting, count: LIMIT + 50, limit: LIMIT }, () => from(address));
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.headers['retry-after']).toBe('1');
    await new Promise((done) => setTimeout(done, 1_000));
    expect((await call(trusting[1] ?? '', from(address))).status).toBe(200);
  });

  it.each<[string, (index: number) => string]>([
    ['from all over a network of 64 bits', (index) => `2001:db8:7:1:${index.toString(16)}::${index + 1}`],
    ['under other spellings of one IPv6 address', (index) => SPELLINGS[index % SPELLINGS.length] ?? ''],
    [
      'as an IPv4 address within IPv6',
      (index) => ['::ffff:203.0.113.5', '203.0.113.5', '::FFFF:203.0.113.5'][index % 3] ?? '',
    ],
    ['with an invented address before their own', (index) => `192.0.2.${index % 250}, 203.0.113.6`],
  ])('give no more requests to a client that sends %s', async (name, addressOf) => {
    expectHeld(
      name,
      await burst({ urls: trusting, count: 2 * LIMIT, limit: LIMIT }, (index) => from(addressOf(index))),
    );
  });

  it('count neighbouring networks separately', async () => {
    expect((await call(service.url, from('2001:db8:7:2::1'))).status).toBe(200);
  });

  it('ignore forwarding headers if no proxy is trusted', async () => {
    const urls: string[] = [];
    for (let more = 0; more < 2; more += 1) urls.push((await service.addInstance({ TRUSTED_PROXIES: '' })).url);
    const measured = await burst({ urls, count: 3 * LIMIT, limit: LIMIT }, (index) => {
      const forged = `203.0.${index >> 8}.${index & 255}`;
      return from(forged, { ...LIVE, headers: { forwarded: `for=${forged}`, 'x-real-ip': forged } });
    });
    // Fewer, because this spec sends its own requests from that address too.
    tell('forged headers', measured, LIMIT);
    expect(measured.passed).toBeLessThanOrEqual(LIMIT + measured.tolerance);
    await service.stopLast();
    await service.stopLast();
  });

  it('store neither address nor client, no hash that can be reversed by trying, and nothing for long', async () => {
    await call(service.url, from('203.0.113.77', { path: '/v1/users/ada/factors', token }));
    const held = await server.ask((store) => store.eval(EVERYTHING, 0) as Promise<[string, string, number][]>);
    expect(held.length).toBeGreaterThan(3);
    for (const [key, value, ttl] of held) {
      expect(key).toMatch(/^countersign:throttle:(look|[A-Za-z0-9_-]{22})$/);
      expect(value).toMatch(/^\d{16}$/);
      expect(ttl).toBeGreaterThanOrEqual(0);
      expect(ttl).toBeLessThanOrEqual(60_000);
    }
    const uuid = fromTypeId('cli', client.clientId) ?? '';
    const whole = JSON.stringify(held);
    for (const secret of [client.clientId, uuid, uuid.replaceAll('-', ''), '203.0.113.77', '127.0.0.1', '2001:db8'])
      for (const spelling of spellings(secret)) expect(whole).not.toContain(spelling);
    for (const name of [`client:${uuid}`, `client:${client.clientId}`, 'address:203.0.113.77'])
      for (const hash of ['sha1', 'sha256', 'md5']) expect(whole).not.toContain(hashed(hash, name));
  });

  it('log neither the password of the store nor its address', () => {
    expect(log()).not.toContain(PASSWORD);
    expect(log()).not.toContain(new URL(server.url).host);
  });
});

/** Key, value and remaining milliseconds of everything in the store at one moment. */
const EVERYTHING = `
local all = {}
for _, key in ipairs(redis.call('KEYS', '*')) do
  table.insert(all, { key, redis.call('GET', key), redis.call('PTTL', key) })
end
return all
`;

const SPELLINGS = [
  '2001:db8:8:1::1',
  '2001:0DB8:0008:0001:0000:0000:0000:0001',
  '2001:db8:8:1:0:0:0:1',
  '2001:DB8:8:1::0.0.0.1',
];

/** The part of it that a key holds. */
function hashed(hash: string, name: string): string {
  return createHash(hash).update(name).digest('base64url').slice(0, 22);
}

function spellings(text: string): string[] {
  const bytes = Buffer.from(text);
  return [text, bytes.toString('hex'), bytes.toString('base64'), bytes.toString('base64url')];
}
