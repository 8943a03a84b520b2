// T-37. The other side of a call is an attacker's server: its answer is slow, endless, not HTTP, or a redirect. Real
// servers on this machine, which the operator has allowed. Addresses that may not be called are in
// test/security/ssrf.spec.ts.
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Outbound, type OutboundOptions, type Outgoing } from './outbound.js';
import { OutboundRefused } from './target.js';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const DEADLINE_MS = 300;

interface Peer {
  readonly url: string;
  readonly port: number;
  /** The data of each connection. */
  readonly heard: string[];
}

describe('a call', () => {
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  const timers: NodeJS.Timeout[] = [];

  afterEach(() => {
    for (const timer of timers.splice(0)) clearInterval(timer);
    for (const socket of sockets) socket.destroy();
    for (const server of servers.splice(0)) server.close();
  });

  /** A server that runs `answer` for every connection once data came. */
  async function peer(answer: (socket: Socket) => void): Promise<Peer> {
    const heard: string[] = [];
    const server = createServer((socket) => {
      const place = heard.push('') - 1;
      let text = '';
      sockets.add(socket.on('error', () => undefined));
      socket.once('data', () => answer(socket));
      socket.on('data', (chunk: Buffer) => (heard[place] = text += chunk.toString()));
    });
    servers.push(server);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}/hook?key=1#part`, port, heard };
  }

  const outbound = (options: Partial<OutboundOptions> = {}) =>
    new Outbound({ allowed: ['127.0.0.1'], deadlineMs: DEADLINE_MS, ...options });
  const post = (url: string, extra: Partial<Outgoing> = {}) =>
    outbound().send({ url, headers: { 'x-one': '1' }, body: '{"a":"ä"}', ...extra });
  const repeat = (ms: number, action: () => void) => timers.push(setInterval(action, ms));

  /** The error, and how long it took to come. */
  async function failure(call: Promise<unknown>): Promise<{ error: Error; ms: number }> {
    const began = performance.now();
    const error = await call.then(
      () => new Error('it was answered'),
      (reason: unknown) => reason as Error,
    );
    return { error, ms: performance.now() - began };
  }

  async function expectLate(call: Promise<unknown>): Promise<void> {
    const { error, ms } = await failure(call);
    expect(error.message).toBe('no answer in time');
    expect(ms).toBeLessThan(DEADLINE_MS + 1_500);
    await expectClosed();
  }

  /** The other side notices the end a little later. */
  async function expectClosed(): Promise<void> {
    const open = () => [...sockets].filter((socket) => !socket.destroyed);
    for (let looked = 0; looked < 100 && open().length > 0; looked += 1)
      await new Promise((done) => setTimeout(done, 20));
    expect(open()).toEqual([]);
  }

  it('sends headers and body, and returns status and text', async () => {
    const { url, port, heard } = await peer((socket) => socket.end(OK));
    expect(await post(url)).toEqual({ status: 200, text: 'ok' });
    const [head = '', body] = (heard[0] ?? '').split('\r\n\r\n');
    expect(head.split('\r\n')[0]).toBe('POST /hook?key=1 HTTP/1.1');
    expect(head.toLowerCase().split('\r\n').slice(1).sort()).toEqual([
      'connection: close',
      'content-length: 10',
      'content-type: application/json',
      `host: 127.0.0.1:${port}`,
      'x-one: 1',
    ]);
    expect(body).toBe('{"a":"ä"}');
    await post(url, { contentType: 'text/csv' });
    expect(heard[1]).toContain('content-type: text/csv');
  });

  it('takes every status for an answer, and follows no redirect', async () => {
    for (const status of [204, 301, 302, 303, 307, 308, 404, 500]) {
      const there = await peer((socket) => socket.end(OK));
      const { url } = await peer((socket) =>
        socket.end(`HTTP/1.1 ${status} X\r\nLocation: ${there.url}\r\nContent-Length: 0\r\n\r\n`),
      );
      expect(await post(url)).toEqual({ status, text: '' });
      expect(there.heard).toEqual([]);
    }
  });

  it('reads an answer without a length to the end of the connection', async () => {
    const { url } = await peer((socket) => socket.end('HTTP/1.0 200 OK\r\n\r\nall of it'));
    expect(await post(url)).toEqual({ status: 200, text: 'all of it' });
  });

  it('shares no connection with the one before, even if the server would keep it', async () => {
    const { url, heard } = await peer((socket) => socket.write(OK));
    await post(url);
    await post(url);
    expect(heard).toHaveLength(2);
    await expectClosed();
  });

  it('ends in time without an answer', async () => {
    const { url } = await peer(() => undefined);
    await expectLate(post(url));
  });

  it('ends in time if the status comes byte by byte', async () => {
    const { url } = await peer((socket) => {
      let sent = 0;
      repeat(20, () => socket.write(OK.charAt(sent++)));
    });
    await expectLate(post(url));
  });

  it('ends in time if headers never end', async () => {
    const { url } = await peer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      repeat(20, () => socket.write('a: b\r\n'));
    });
    await expectLate(post(url));
  });

  it('ends in time after repeated 100 answers', async () => {
    const { url } = await peer((socket) => repeat(20, () => socket.write('HTTP/1.1 102 Processing\r\n\r\n')));
    await expectLate(post(url));
  });

  it('ends in time if the body comes byte by byte', async () => {
    const { url } = await peer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');
      repeat(20, () => socket.write('x'));
    });
    await expectLate(post(url));
  });

  it('ends in time if the name server is silent, and does not connect after its late answer', async () => {
    const { port, heard } = await peer((socket) => socket.end(OK));
    const resolve = () => new Promise<string[]>((done) => setTimeout(done, DEADLINE_MS + 100, ['127.0.0.1']));
    await expectLate(outbound({ resolve }).send({ url: `http://late.test:${port}/`, headers: {}, body: '' }));
    await new Promise((done) => setTimeout(done, 200));
    expect(heard).toEqual([]);
  });

  it('waits five seconds by default', async () => {
    const { url } = await peer(() => undefined);
    const { ms } = await failure(new Outbound({ allowed: ['127.0.0.1'] }).send({ url, headers: {}, body: '' }));
    expect(ms).toBeGreaterThan(4_000);
    expect(ms).toBeLessThan(7_000);
  });

  it.each([
    ['an answer of 64 KiB', 65_536, 65_536],
    ['not one byte more', 65_537, 'the answer is too long'],
  ])('takes %s', async (_what, bytes, outcome) => {
    const head = `HTTP/1.1 200 OK\r\nContent-Length: ${bytes}\r\n\r\n`;
    const { url } = await peer((socket) => socket.end(head + 'x'.repeat(bytes)));
    const seen = await post(url).then(
      ({ text }) => text.length,
      (error: unknown) => (error as Error).message,
    );
    expect(seen).toBe(outcome);
  });

  it('stops reading an endless answer', async () => {
    const { url } = await peer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      const block = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
      repeat(1, () => socket.write(block));
    });
    const { error } = await failure(post(url));
    expect(error.message).toBe('the answer is too long');
  });

  it.each([
    ['a reset', (socket: Socket) => socket.resetAndDestroy()],
    ['an end without a word', (socket: Socket) => socket.end()],
    ['an end within the headers', (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nContent-')],
    ['an end within the body', (socket: Socket) => socket.end(OK.slice(0, -1))],
    ['a reset within the body', (socket: Socket) => socket.write(OK.slice(0, -1), () => socket.resetAndDestroy())],
    ['no HTTP', (socket: Socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n')],
    ['bytes', (socket: Socket) => socket.end(Buffer.from([0, 255, 22, 3, 1, 13, 10, 13, 10]))],
    ['headers of 100 KiB', (socket: Socket) => socket.end(`HTTP/1.1 200 OK\r\na: ${'b'.repeat(102_400)}\r\n\r\n`)],
    ['another protocol', (socket: Socket) => socket.end('HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n')],
    ['two lengths', (socket: Socket) => socket.end(OK.replace('\r\n\r\n', '\r\nContent-Length: 3\r\n\r\n'))],
  ])('fails immediately, without a log line, on %s', async (_what, answer) => {
    const { url } = await peer(answer);
    const { error } = await failure(post(url));
    expect(error).not.toBeInstanceOf(OutboundRefused);
    expect(error.message).not.toMatch(/hook|key=1|it was answered|in time/);
  });

  it('fails immediately if no server listens, and if a name has no address', async () => {
    const { port } = await peer(() => undefined);
    servers[0]?.close();
    const refused = await failure(post(`http://127.0.0.1:${port}/hook`));
    expect(refused.error).toMatchObject({ code: 'ECONNREFUSED' });
    const nowhere = outbound({ resolve: () => Promise.resolve([]) });
    const { error } = await failure(nowhere.send({ url: 'http://nowhere.test/hook', headers: {}, body: '' }));
    expect(error.message).toBe('the name has no address');
  });
});
