// R-08, T-10, T-21. The attacker reads the logs (a shared log store, a support ticket, a stolen disk), and can cause
// errors in clients. Values that clients send or receive, and personal data, must not be in a log in any spelling.
import { MESSAGES_CHANNEL } from '../../src/phones/messages/message.statement.js';
import { START_WITHIN_MS } from '../../src/platform/clock/start.js';
import { call, enrolled, tokenOf, totpAt, verify, type EnrolledUser } from '../support/api.js';
import { DatabaseProxy } from '../support/database-proxy.js';
import { exchange, requestText } from '../support/raw-http.js';
import { TestService, type Credentials } from '../support/service.js';

/** Every spelling of a text that could be in a log. */
function spellings(text: string): string[] {
  const bytes = Buffer.from(text);
  const shifted = [0, 1, 2].map((shift) => Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64'));
  // The middle part does not depend on the surrounding bytes.
  const inBase64 = shifted.map((encoded) => encoded.slice(4, -4)).filter((middle) => middle.length >= 6);
  const percent = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  return [text, encodeURIComponent(text), percent, bytes.toString('hex'), ...inBase64];
}

describe('logs at level debug', () => {
  let service: TestService;
  let proxy: DatabaseProxy;
  let client: Credentials & { tenantId: string };
  let token: string;
  let user: EnrolledUser;
  let ticket: string;
  let nonce: string;
  let matchCode: string;
  // After the start of the first signing key, at the first instant of a step.
  const nowMs = Math.ceil(Date.now() / 30_000) * 30_000 + 30_000;
  const planted = {
    userId: 'user-planted-7Q3kVx9',
    phone: '+41790004217',
    phoneInPath: '41790009944',
    word: 'planted-word-Zr81LmQ',
    query: 'planted-query-Xk20Pt',
    header: 'planted-header-Vb55Wq',
    badCode: '90817263',
    secret: 'csk_PlantedPlantedPlantedPlanted000000000',
    host: 'planted-host-q1w2e3.example',
  };

  beforeAll(async () => {
    service = await TestService.start(0, { LOG_LEVEL: 'debug' });
    proxy = await DatabaseProxy.before(service.databaseUrl);
    await service.addInstance({ DATABASE_URL: proxy.url, MIGRATION_DATABASE_URL: service.databaseUrl });
    client = await service.tenant();
    await service.setClock({ frozenAtMs: nowMs });
    token = await tokenOf(service.url, client);
    user = await enrolled(service.url, token, planted.userId, nowMs);
    await useIt();
    await misuseIt();
    await breakIt();
  });
  afterAll(async () => {
    await service.stop();
    await proxy.stop();
  });

  async function useIt(): Promise<void> {
    await verify(service.url, token, planted.userId, totpAt(user.secret, nowMs));
    await verify(service.url, token, planted.userId, planted.badCode);
    await verify(service.url, token, planted.phoneInPath, planted.badCode);
    await call(service.url, { path: `/v1/users/${planted.userId}/factors`, token });
    await call(service.url, { path: `/v1/users/${planted.userId}/factors/totp`, token, body: {} });
    await call(service.url, { path: '/v1/audit-events', token });
    const device = await call(service.url, { path: '/v1/users/holder-planted-1/devices', token, body: {} });
    ({ ticket, nonce } = device.json() as { ticket: string; nonce: string });
    const complete = `/v1/device-registrations/dev_01kaqy4zq7e1kvf3xh2vbsrzq0/complete`;
    await call(service.url, { path: complete, body: { ticket, [planted.word]: planted.word } });
    const challenge = { type: 'device', context: { text: planted.phone, place: planted.word } };
    const opened = await call(service.url, { path: `/v1/users/${planted.userId}/challenges`, token, body: challenge });
    ({ matchCode } = opened.json() as { matchCode: string });
    await askAboutPhones();
    const headers = { authorization: `DeviceProof ${planted.word}.${planted.word}.${planted.word}` };
    await call(service.url, { path: '/v1/device/challenges', headers });
  }

  /** A code goes to an unreachable transport; before that, a risk check goes to an unreachable backend. */
  async function askAboutPhones(): Promise<void> {
    const urls = [
      '--url',
      `https://${planted.host}/${planted.word}`,
      '--risk-url',
      `http://127.0.0.1:9/${planted.word}`,
    ];
    const settings = ['--via', 'webhook', '--countries', 'CH', '--lookups', 'on', '--risk-unknown', 'send', ...urls];
    await service.operate('phones', 'set', '--tenant', client.tenantId, ...settings);
    const verified = { code: totpAt(user.secret, nowMs + 30_000), action: 'factors.add' };
    await service.setClock({ frozenAtMs: nowMs + 30_000 });
    const proof = await call(service.url, { path: `/v1/users/${planted.userId}/verify`, token, body: verified });
    const { assertion = '' } = proof.json() as { assertion?: string };
    for (const phoneNumber of [planted.phone, planted.badCode]) {
      const ask = (path: string, headers = {}) =>
        call(service.url, { path: `/v1/${path}`, token, headers, body: { phoneNumber } });
      await ask(`users/${planted.userId}/phones`, { 'step-up': assertion });
      await ask(`users/${planted.userId}/phone-match`);
      await ask('phone-lookups');
      await ask('blind-lookups');
    }
    await service.setClock({ frozenAtMs: nowMs + 30_000 + START_WITHIN_MS });
    await service.sql(`SELECT pg_notify('${MESSAGES_CHANNEL}', '')`);
    const warned = () => log().includes('a code could not be passed to a transport');
    for (let tries = 0; tries < 400 && !warned(); tries += 1) await new Promise((done) => setTimeout(done, 25));
    await service.setClock({ frozenAtMs: nowMs });
  }

  async function misuseIt(): Promise<void> {
    const path = `/v1/users/${planted.userId}/verify`;
    const bodies = [
      { code: planted.phone },
      { code: planted.badCode, [planted.word]: planted.word },
      { phoneNumber: planted.phone },
      { code: [planted.badCode] },
    ];
    for (const body of bodies) await call(service.url, { path, token, body });
    for (const raw of [`{"code":"${planted.word}`, planted.word, planted.word.repeat(2_000)])
      await call(service.url, { path, token, raw });
    const paths = [
      `/v1/users/${encodeURIComponent(planted.phone)}/verify`,
      `/v1/users/%ff${planted.word}/factors`,
      `/v1/users/${planted.word.repeat(10)}/factors`,
      `/v1/${planted.word}`,
      `/v1/audit-events?after=${planted.query}&${planted.query}=1`,
      `/v1/users/${planted.userId}/factors?token=${planted.query}`,
      `/v1/users/${planted.userId}/factors/${planted.word}/confirm`,
    ];
    for (const one of paths) await call(service.url, { path: one, token });
    await call(service.url, { path: '/v1/audit-events', token: planted.secret });
    await call(service.url, {
      path: '/v1/audit-events',
      headers: { authorization: planted.header, cookie: planted.header },
    });
    const forms = [
      `grant_type=client_credentials&client_id=${planted.word}&client_secret=${planted.secret}`,
      `grant_type=${planted.word}&client_id=${client.clientId}&client_secret=${client.clientSecret}`,
      `grant_type=client_credentials&scope=${planted.word}&client_id=${client.clientId}&client_secret=${client.clientSecret}`,
      `grant_type=client_credentials&grant_type=${planted.word}`,
    ];
    for (const raw of forms)
      await call(service.url, {
        path: '/oauth2/token',
        raw,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
    const lines = [`X-Planted: ${planted.header}`, `Host: ${planted.host}`];
    for (const first of [`GET /${planted.word} HTTP/9.9`, `${planted.word} / HTTP/1.1`, `GET /health/live HTTP/1.1`])
      await exchange(service.url, requestText(first, lines), 2_000);
  }

  async function breakIt(): Promise<void> {
    proxy.cut();
    await verify(service.url, token, planted.userId, planted.badCode);
    await call(service.url, { path: `/v1/users/${planted.userId}/factors`, token });
    await tokenOf(service.url, client).catch(() => undefined);
    proxy.heal();
    // A row that no reader expects: the service's own errors must not quote it either.
    await service.sql("UPDATE factors SET totp_algorithm = 'SHA256', totp_secret = '\\x00' WHERE user_id = $1", [
      planted.userId,
    ]);
    await verify(service.url, token, planted.userId, planted.badCode);
  }

  const log = () => service.instances.map((instance) => instance.output()).join('');

  it('report that a code was not sent, without the number', () => {
    expect(log()).toContain('a code could not be passed to a transport');
    expect(log()).toContain('the risk of a number could not be read');
  });

  it('hold a line for each request, including refusals and failures', () => {
    expect(log()).toContain('"route":"/v1/users/:userId/verify"');
    expect(log()).toContain('"status":422');
    expect(log()).toContain('"status":503');
    expect(log().split('\n').length).toBeGreaterThan(30);
  });

  it.each(Object.entries(planted))('hold no value that a client sent: %s', (_name, value) => {
    for (const spelling of spellings(value)) expect(log()).not.toContain(spelling);
  });

  it('hold no value that a client received', () => {
    const [, claims = '', signature = ''] = token.split('.');
    const secrets = { token, claims, signature, clientSecret: client.clientSecret, totp: user.secret, ticket, nonce };
    for (const value of Object.values(secrets))
      for (const spelling of spellings(value)) expect(log()).not.toContain(spelling);
    const rawKey = Buffer.from([...user.secret].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter)));
    expect(log()).not.toContain(rawKey.toString('hex'));
  });

  it('hold no one-time code of the user', () => {
    expect(log()).not.toMatch(new RegExp(`(?<![0-9a-f])${matchCode}(?![0-9a-f])`));
    for (const step of [-2, -1, 0, 1, 2]) {
      const code = totpAt(user.secret, nowMs + step * 30_000);
      expect(log()).not.toMatch(new RegExp(`(?<![0-9a-f])${code}(?![0-9a-f])`));
    }
  });

  it('hold no address of a client and no key of the ring', () => {
    expect(log()).not.toContain('127.0.0.1');
    const { keys, indexRoot } = JSON.parse(service.keyRingText) as { keys: Record<string, string>; indexRoot: string };
    for (const key of [indexRoot, ...Object.values(keys)]) {
      expect(log()).not.toContain(key);
      expect(log()).not.toContain(Buffer.from(key, 'base64').toString('hex'));
    }
  });
});
