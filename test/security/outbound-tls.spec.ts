// T-37. The attacker stands between the service and a receiver, with their own certificate or one for another name. Or
// the attacker has set environment variables that make other programs use a proxy or trust any certificate.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { Canaries } from '../support/canaries.js';
import { certificateFor, type Certified } from '../support/certificate.js';

const execute = promisify(execFile);
const child = resolve(import.meta.dirname, '..', 'support', 'outbound-child.mjs');

describe('a call over TLS', () => {
  let folder: string;
  let canaries: Canaries;
  let trusted: Receiver;
  let stranger: Receiver;

  interface Receiver {
    readonly server: Server;
    readonly port: number;
    readonly heard: { host: string | undefined; servername: unknown; body: string }[];
  }

  async function receiver({ key, cert }: Certified): Promise<Receiver> {
    const heard: Receiver['heard'] = [];
    const server = createServer({ key, cert }, (request, response) => {
      const { servername } = request.socket as TLSSocket & { servername: unknown };
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        heard.push({ host: request.headers.host, servername, body });
        response.end('ok');
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return { server, port: (server.address() as AddressInfo).port, heard };
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-tls-'));
    const certified = certificateFor('receiver.test', '127.0.0.1');
    writeFileSync(join(folder, 'trusted.pem'), certified.cert);
    canaries = await Canaries.open();
    trusted = await receiver(certified);
    stranger = await receiver(certificateFor('receiver.test', '127.0.0.1'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
    canaries.close();
    trusted.server.close();
    stranger.server.close();
  });

  async function call(url: string, environment: Record<string, string> = {}): Promise<unknown> {
    const env = { PATH: process.env['PATH'], NODE_EXTRA_CA_CERTS: join(folder, 'trusted.pem'), ...environment };
    const { stdout } = await execute(process.execPath, [child, url], { env });
    return JSON.parse(stdout);
  }

  it('accepts a trusted certificate for a name or an address', async () => {
    const { port, heard } = trusted;
    expect(await call(`https://receiver.test:${port}/hook`)).toEqual({ status: 200, text: 'ok' });
    expect(await call(`https://127.0.0.1:${port}/hook`)).toEqual({ status: 200, text: 'ok' });
    const body = '{"secret":1}';
    expect(heard).toEqual([
      { host: `receiver.test:${port}`, servername: 'receiver.test', body },
      { host: `127.0.0.1:${port}`, servername: false, body },
    ]);
  });

  it('sends nothing to an untrusted certificate, even if the environment switches checks off', async () => {
    const careless = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    const url = `https://receiver.test:${stranger.port}/hook`;
    expect(await call(url)).toEqual({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(await call(url, careless)).toEqual({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(stranger.heard).toEqual([]);
  });

  it('sends nothing to a certificate for another name', async () => {
    const before = trusted.heard.length;
    expect(await call(`https://bank.test:${trusted.port}/`)).toEqual({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    expect(trusted.heard).toHaveLength(before);
  });

  it('ignores the proxies of the environment', async () => {
    const proxy = `http://127.0.0.1:${canaries.port}`;
    const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'];
    const environment = Object.fromEntries([...names.map((name) => [name, proxy]), ['NODE_USE_ENV_PROXY', '1']]);
    const url = `https://receiver.test:${trusted.port}/hook`;
    expect(await call(url, environment)).toEqual({ status: 200, text: 'ok' });
    expect(canaries.connections).toBe(0);
  });
});
