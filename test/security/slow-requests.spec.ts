// T-11. The attacker sends requests a byte at a time, or sends nothing, to hold many connections for a long time. Or
// they cut bodies off, to fill the log with apparent failures of a healthy database.
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { tokenOf } from '../support/api.js';
import { TestService } from '../support/service.js';

const ALLOWED_MS = 10_000;
/** The interval of the check for late requests, plus time for a busy machine. */
const TOLERANCE_MS = 2_500;

interface Ending {
  readonly tookMs: number;
  readonly text: string;
}

describe('a slow request', () => {
  let service: TestService;
  let token: string;

  beforeAll(async () => {
    service = await TestService.start();
    token = await tokenOf(service.url, await service.tenant());
  });
  afterAll(() => service.stop());

  const head = (length: number) =>
    [
      'POST /v1/users/ada/verify HTTP/1.1',
      'Host: countersign.test',
      `Authorization: Bearer ${token}`,
      'Content-Type: application/json',
      `Content-Length: ${length}`,
      '',
      '',
    ].join('\r\n');

  /** Sends `first`, then a byte every 200 ms while the connection is open, even after the other side has ended it. */
  function drip(first: string, byte: string): Promise<Ending> {
    const { hostname, port } = new URL(service.url);
    const startedAt = performance.now();
    return new Promise((done) => {
      let text = '';
      const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true }, () => socket.write(first));
      const timer = byte === '' ? undefined : setInterval(() => socket.write(byte), 200);
      const giveUp = setTimeout(() => socket.destroy(), 2 * ALLOWED_MS);
      socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
      socket.on('error', () => undefined);
      socket.on('close', () => {
        clearInterval(timer);
        clearTimeout(giveUp);
        done({ tookMs: performance.now() - startedAt, text });
      });
      // A client that sends nothing learns of the end only from this.
      if (byte === '') socket.on('end', () => socket.end());
    });
  }

  it('is ended with 408 after ten seconds, in its head, in its body, or before its first byte', async () => {
    const endings = await Promise.all([
      drip('POST /v1/users/ada/verify HTTP/1.1\r\nHost: x\r\nX-Slow: ', 'a'),
      drip(head(1_000), ' '),
      drip('', ''),
    ]);
    process.stderr.write(`ended after ${endings.map(({ tookMs }) => Math.round(tookMs)).join(', ')} ms\n`);
    for (const { tookMs, text } of endings) {
      expect(tookMs).toBeLessThan(ALLOWED_MS + TOLERANCE_MS);
      expect(tookMs).toBeGreaterThan(ALLOWED_MS - 500);
      expect(text).toMatch(/^HTTP\/1\.1 408 /);
    }
  });

  it("with a cut-off body counts as the client's error, not as a failure of the service", async () => {
    const { hostname, port } = new URL(service.url);
    const before = service.instances[0]?.output().length ?? 0;
    const socket = connect({ host: hostname, port: Number(port) });
    socket.on('error', () => undefined);
    socket.write(`${head(1_000)}{"code":`);
    await sleep(200);
    socket.resetAndDestroy();
    const log = () => service.instances[0]?.output().slice(before) ?? '';
    for (let tries = 0; tries < 100 && !log().includes('/verify'); tries += 1) await sleep(50);
    const lines = log()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.filter(({ level }) => level === 'error' || level === 50)).toEqual([]);
    expect(lines.map(({ status }) => status)).not.toContain(503);
    expect(log()).toContain('the client closed the connection before the request was complete');
  });
});
