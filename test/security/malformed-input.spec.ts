// T-14, T-11. The attacker sends other alphabets, other types, prototype keys, and tricks with escapes, lengths and
// framing. Each request is refused as a problem with all headers, counted by the throttle, and changes no row.
import { call, enrolled, tokenOf, type Answer, type EnrolledUser, type Wish } from '../support/api.js';
import { exchange, requestText, type RawAnswer } from '../support/raw-http.js';
import { TestService } from '../support/service.js';

const PATH = '/v1/users/ada/verify';
const LIST = '/v1/users/ada/factors';
const FACTOR = 'fac_01kaqy4zq7e1kvf3xh2vbsrzq0';
const MEGABYTE = 'x'.repeat(1_000_000);

describe('malformed input', () => {
  let service: TestService;
  let token: string;
  let user: EnrolledUser;
  let before: unknown;
  const nowMs = Math.ceil(Date.now() / 30_000) * 30_000 + 30_000;

  beforeAll(async () => {
    service = await TestService.start();
    await service.setClock({ frozenAtMs: nowMs });
    token = await tokenOf(service.url, await service.tenant());
    user = await enrolled(service.url, token, 'ada', nowMs);
  });
  afterAll(() => service.stop());

  // No request of this spec may change a row.
  const everything = () =>
    service.sql(`SELECT (SELECT json_agg(u ORDER BY tenant_id, user_id) FROM users u WHERE user_id NOT LIKE 'decoy-%') AS users,
                        (SELECT json_agg(f ORDER BY id) FROM factors f WHERE user_id NOT LIKE 'decoy-%') AS factors,
                        (SELECT max(last_tried_at) FROM users) AS tried, (SELECT count(*) FROM audit_events) AS events`);
  beforeEach(async () => {
    before = await everything();
  });
  afterEach(async () => {
    expect(await everything()).toEqual(before);
  });

  const send = (wish: Wish) => call(service.url, { token, ...wish });
  const raw = (first: string, lines: string[] = [], body = '') =>
    exchange(service.url, requestText(first, [`Authorization: Bearer ${token}`, ...lines], body));

  function expectProblem(answer: Answer | RawAnswer, status: number): void {
    expect(answer.status).toBe(status);
    const { headers } = answer;
    expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['ratelimit']).toMatch(/^"address";r=\d+;t=\d+/);
    const body = JSON.parse(answer.text) as Record<string, unknown>;
    expect(body).toMatchObject({ status, requestId: headers['x-request-id'] });
    expect(headers['x-request-id']).toMatch(/^req_[0-9a-f-]{32,36}$/);
  }

  it.each<[string, unknown]>([
    ['a blank before', ' 123456'],
    ['a blank inside', '123 456'],
    ['a line feed behind', '123456\n'],
    ['full-width digits', '１２３４５６'],
    ['Arabic-Indic digits', '١٢٣٤٥٦'],
    ['mathematical digits', '𝟏𝟐𝟑𝟒𝟓𝟔'],
    ['five digits', '12345'],
    ['seven digits', '1234567'],
    ['nine digits', '123456789'],
    ['a sign', '+23456'],
    ['an exponent', '1e5000'],
    ['hexadecimal', '0x1234'],
    ['a zero-width blank', '123\u200b456'],
    ['a NUL byte', '123456\0'],
    ['a lone surrogate', '12345\ud800'],
    ['nothing', ''],
    ['a number', 123_456],
    ['null', null],
    ['true', true],
    ['a list', ['123456']],
    ['an object', { code: '123456' }],
    ['an operator', { $ne: '' }],
  ])('refuses a code that is %s', async (_name, code) => {
    expectProblem(await send({ path: PATH, body: { code } }), 400);
    const confirm = `${LIST}/${user.factorId}/confirm`;
    expectProblem(await send({ path: confirm, body: { code } }), 400);
  });

  it.each<[string, string | Buffer]>([
    ['__proto__', '{"code":"123456","__proto__":{"isAdmin":true}}'],
    ['constructor.prototype', '{"code":"123456","constructor":{"prototype":{"isAdmin":true}}}'],
    ['constructor', '{"code":"123456","constructor":1}'],
    ['escaped __proto__', '{"code":"123456","\\u005f_proto__":{}}'],
    ['an unknown field', '{"code":"123456","user":"eve"}'],
    ['no code', '{}'],
    ['another root: null', 'null'],
    ['another root: list', '[{"code":"123456"}]'],
    ['another root: text', '"123456"'],
    ['no JSON', '{"code":"123456"'],
    ['two documents', '{"code":"123456"}{"code":"123456"}'],
    ['a comment', '{"code":"123456"}//'],
    ['deep nesting', '['.repeat(16_000)],
    ['bytes that are no UTF-8', Buffer.from('{"code":"123456\xff"}', 'latin1')],
  ])('refuses a body with %s', async (_name, text) => {
    expectProblem(await send({ path: PATH, raw: text }), 400);
  });

  it('refuses account names that an authenticator app could show wrongly, and wrong settings', async () => {
    for (const accountName of ['a\0', '\ud800', 'a:b', '\u202eada', ' ', '', 'x'.repeat(65), 1, ['a']])
      expectProblem(await send({ path: `${LIST}/totp`, body: { accountName } }), 400);
    for (const body of [{ digits: 7 }, { digits: '6' }, { period: 1 }, { period: 30.5 }, { algorithm: 'MD5' }])
      expectProblem(await send({ path: `${LIST}/totp`, body }), 400);
  });

  it.each<[string, number[]]>([
    ['%2e%2e', [400]],
    ['..', [400]],
    ['%2e', [400]],
    ['%ff', [400]],
    ['%zz', [400]],
    ['%', [400]],
    ['%00', [400]],
    ['a%2fb', [400]],
    ['a%5cb', [400]],
    ['%252e%252e', [400]],
    ['%c0%ae%c0%ae', [400]],
    ['a%0d%0aX-Evil:1', [400]],
    ['ada%40example.com', [400]],
    ['%2b41790000000', [400]],
    ['a;b=c', [400]],
    ['%ef%bc%90', [400]],
    ['__proto__%00', [400]],
    ['a'.repeat(65), [400]],
    ['a'.repeat(129), [414]],
    ['a'.repeat(3_000), [414]],
    ['', [400, 404]],
    ['a/b', [404, 405]],
  ])('refuses the user id %s', async (userId, expected) => {
    for (const wish of [
      { path: `/v1/users/${userId}/verify`, body: { code: '123456' } },
      { path: `/v1/users/${userId}/factors` },
    ]) {
      const answer = await send(wish);
      expect(expected).toContain(answer.status);
      expectProblem(answer, answer.status);
    }
  });

  it.each([
    ['an unknown parameter', '?limit=1&x=1'],
    ['a repeated parameter', '?limit=1&limit=1'],
    ['a list', '?limit[]=1'],
    ['a prototype key', '?__proto__=1'],
    ['no number', '?limit=x'],
    ['nothing', '?limit='],
    ['too many', '?limit=101'],
    ['less than one', '?limit=0'],
    ['hexadecimal', '?limit=0x10'],
    ['an exponent', '?limit=1e1'],
    ['an invalid cursor', '?after=AAAA'],
    ['a cursor of no id', `?after=${Buffer.from('-'.repeat(36)).toString('base64url')}`],
    ['a bad escape', '?after=%ff'],
  ])('refuses a query with %s', async (_name, query) => {
    expectProblem(await send({ path: LIST + query }), 400);
  });

  it('refuses cursors that the database cannot read, and unexpected queries', async () => {
    const nil = '00000000-0000-0000-0000-000000000000';
    for (const cursor of [`9999999999999999999 ${nil}`, `1 ${'-'.repeat(36)}`, `-1 ${nil}`, `1;DROP ${nil}`])
      expectProblem(await send({ path: `/v1/audit-events?after=${Buffer.from(cursor).toString('base64url')}` }), 400);
    expectProblem(await send({ path: `${PATH}?x=1`, body: { code: '123456' } }), 400);
  });

  it('refuses a body of a megabyte, announced or not, with and without a token', async () => {
    const json = ['Content-Type: application/json'];
    expectProblem(await send({ path: PATH, raw: MEGABYTE }), 413);
    expectProblem(await call(service.url, { path: PATH, raw: MEGABYTE }), 413);
    const chunked = `${MEGABYTE.length.toString(16)}\r\n${MEGABYTE}\r\n0\r\n\r\n`;
    expectProblem(await raw(`POST ${PATH} HTTP/1.1`, [...json, 'Transfer-Encoding: chunked'], chunked), 413);
    // Announced only: refused before it arrives.
    expectProblem(await raw(`POST ${PATH} HTTP/1.1`, [...json, 'Content-Length: 1000000']), 413);
  });

  it('reads a form with thousands of short names quickly', async () => {
    const raw = Array.from({ length: 4_300 }, (_none, index) => index.toString(36))
      .join('&')
      .slice(0, 16_000);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const from = performance.now();
    for (let times = 0; times < 10; times += 1) await call(service.url, { path: '/oauth2/token', raw, headers });
    expect(performance.now() - from).toBeLessThan(2_000);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/json, text/plain',
    'application/jsonx',
    '',
  ])('refuses the content type "%s"', async (type) => {
    expectProblem(await send({ path: PATH, body: { code: '123456' }, headers: { 'content-type': type } }), 415);
  });

  it('refuses an unexpected body, and a missing body', async () => {
    expectProblem(await send({ method: 'GET', path: LIST, body: {} }), 400);
    expectProblem(await send({ method: 'DELETE', path: `${LIST}/${FACTOR}`, body: {} }), 400);
    const chunked = ['Transfer-Encoding: chunked', 'Content-Type: application/json'];
    expectProblem(await raw(`DELETE ${LIST}/${FACTOR} HTTP/1.1`, chunked, '0\r\n\r\n'), 400);
    expectProblem(await raw(`POST ${PATH} HTTP/1.1`, ['Content-Type: application/json', 'Content-Length: 0']), 400);
    expectProblem(await raw(`POST ${PATH} HTTP/1.1`), 415);
  });
});
