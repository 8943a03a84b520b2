// T-14, T-11. The attacker sends verbs, framing and request lines that no client library sends. A readable request gets
// a problem with all headers. An unreadable one gets a minimal answer, and the connection ends.
import { call, tokenOf, type Answer } from '../support/api.js';
import { exchange, requestText, type RawAnswer } from '../support/raw-http.js';
import { TestService } from '../support/service.js';

const LIST = '/v1/users/ada/factors';
const PATH = '/v1/users/ada/verify';
const BODY = '{"code":"123456"}';
const JSON_TYPE = 'Content-Type: application/json';

describe('malformed HTTP', () => {
  let service: TestService;
  let token: string;

  beforeAll(async () => {
    service = await TestService.start();
    token = await tokenOf(service.url, await service.tenant());
  });
  afterAll(() => service.stop());

  const raw = (first: string, lines: string[] = [], body = '') =>
    exchange(service.url, requestText(first, [`Authorization: Bearer ${token}`, ...lines], body));
  const tried = async () =>
    Number((await service.sql<{ n: string }>("SELECT count(*) AS n FROM audit_events WHERE user_id = 'ada'"))[0]?.n);

  function expectProblem({ status, headers, text }: Answer | RawAnswer, expected: number): void {
    expect({ status, type: headers['content-type'] }).toEqual({
      status: expected,
      type: 'application/problem+json; charset=utf-8',
    });
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['ratelimit']).toMatch(/^"address";r=\d+;t=\d+/);
    expect(headers['x-request-id']).toMatch(/^req_[0-9a-f-]{32,36}$/);
    if (text !== '') expect(JSON.parse(text)).toMatchObject({ status: expected, requestId: headers['x-request-id'] });
  }

  it.each([
    [LIST, 'GET', ['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']],
    [PATH, 'POST', ['HEAD', 'GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']],
    ['/health/live', 'GET', ['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']],
    ['/oauth2/token', 'POST', ['HEAD', 'GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']],
  ])('refuses other verbs at %s and allows %s', async (path, allowed, verbs) => {
    for (const method of verbs) {
      const answer = await call(service.url, { method, path });
      expectProblem(answer, 405);
      expect(answer.headers['allow']).toBe(allowed);
    }
  });

  it('refuses TRACE, CONNECT and WebDAV methods, and echoes no header', async () => {
    for (const method of ['TRACE', 'PROPFIND', 'SEARCH', 'PURGE']) {
      const answer = await raw(`${method} ${LIST} HTTP/1.1`, ['X-Secret: echo-me']);
      expect([404, 405]).toContain(answer.status);
      expectProblem(answer, answer.status);
      expect(answer.text).not.toContain('echo-me');
    }
    expect((await raw('CONNECT example.com:443 HTTP/1.1')).status).toBe(0);
  });

  it.each([
    ['a slash more at the front', `GET /${LIST} HTTP/1.1`],
    ['a slash more inside', 'GET /v1//users/ada/factors HTTP/1.1'],
    ['other letters', 'GET /V1/users/ada/factors HTTP/1.1'],
    ['a step up', `GET /v1/users/x/../ada/factors HTTP/1.1`],
    ['an escaped slash', 'GET /v1%2fusers/ada/factors HTTP/1.1'],
    ['a parameter of the path', 'GET /v1/users/ada;x=1/factors;x=1 HTTP/1.1'],
    ['a backslash', 'GET /v1\\users/ada/factors HTTP/1.1'],
  ])('refuses another spelling of a path: %s', async (_name, first) => {
    const answer = await raw(first);
    expect([400, 404, 405]).toContain(answer.status);
    expectProblem(answer, answer.status);
  });

  it('serves the path of an absolute address, with all guards', async () => {
    const first = `GET http://elsewhere.example${LIST} HTTP/1.1`;
    expect((await raw(first)).status).toBe(200);
    expectProblem(await exchange(service.url, requestText(first)), 401);
  });

  it.each([
    [
      'a length and chunks',
      ['Content-Length: 4', 'Transfer-Encoding: chunked'],
      '0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n',
    ],
    ['two lengths', ['Content-Length: 17', 'Content-Length: 18'], BODY],
    ['a blank before the colon', ['Transfer-Encoding : chunked'], '0\r\n\r\n'],
    ['an unknown coding last', ['Transfer-Encoding: chunked, identity'], '0\r\n\r\n'],
    ['a negative length', ['Content-Length: -1'], BODY],
    ['a length in words', ['Content-Length: seventeen'], BODY],
    ['a chunk size that overflows', ['Transfer-Encoding: chunked'], 'fffffffffffffffff\r\n'],
    ['a folded header', ['X-Folded: a\r\n b'], BODY],
    ['a NUL byte in a header', ['X-Nul: a\0b'], BODY],
    ['a bare line feed', ['X-One: a\nX-Two: b'], BODY],
  ])('refuses ambiguous framing: %s', async (_name, lines, body) => {
    const before = await tried();
    const answer = await raw(`POST ${PATH} HTTP/1.1`, [JSON_TYPE, ...lines], body);
    expect([400, 411, 415]).toContain(answer.status);
    expect(answer.text).not.toContain('smuggled');
    expect(await tried()).toBe(before);
  });

  it.each([
    ['no HTTP at all', '\x16\x03\x01\x02\x00\r\n\r\n', 400],
    ['an unknown version', 'GET / HTTP/9.9\r\n\r\n', 400],
    ['an unknown verb', 'BREW / HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['line feeds only', 'GET /health/live HTTP/1.1\nHost: x\n\n', 400],
    ['a blank in the address', 'GET /health live HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['headers of 20 kB', requestText('GET /health/live HTTP/1.1', [`X-Long: ${'a'.repeat(20_000)}`]), 431],
    ['an address of 20 kB', requestText(`GET /${'a'.repeat(20_000)} HTTP/1.1`), 431],
  ])('answers with a problem and ends the connection on %s', async (_name, bytes, status) => {
    const answer = await exchange(service.url, bytes);
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
      connection: 'close',
    });
    expect(JSON.parse(answer.text)).toMatchObject({ status, requestId: answer.headers['x-request-id'] });
  });

  it.each([
    ['no Host', 'GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['two Hosts', 'GET /health/live HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n', 400],
    ['an unknown expectation', requestText('GET /health/live HTTP/1.1', ['Expect: tea']), 417],
  ])('refuses %s with a normal problem', async (_name, bytes, status) => {
    expectProblem(await exchange(service.url, bytes), status);
  });

  it('answers 100-continue, then validates the body as usual', async () => {
    const lines = [JSON_TYPE, 'Expect: 100-continue', `Content-Length: ${BODY.length}`];
    expectProblem(await raw(`POST ${PATH} HTTP/1.1`, lines, BODY), 422);
  });

  it('refuses a body with an unknown content encoding', async () => {
    const headers = { 'content-encoding': 'gzip' };
    expectProblem(await call(service.url, { path: PATH, token, raw: BODY, headers }), 415);
  });

  it('refuses to upgrade the connection', async () => {
    const lines = ['Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='];
    expect((await raw(`GET ${LIST} HTTP/1.1`, lines)).status).not.toBe(101);
  });
});
