// T-37. The attacker operates a tenant, or may set the address of a webhook. They want the service to call targets that
// they cannot reach: cloud metadata, the database, an internal admin page, this machine. They own names, name servers
// and web servers.
import { createServer, type AddressInfo, type Server } from 'node:net';
import { Outbound } from '../../src/platform/outbound/outbound.js';
import { OutboundRefused } from '../../src/platform/outbound/target.js';
import { Canaries } from '../support/canaries.js';
import { ADDRESSES, HOSTS, NAMED, NAMES, SCHEMES } from '../support/forbidden-targets.js';
import { NameServer } from '../support/name-server.js';

/** Far below the deadline: the refusal did not wait for a timeout. */
const SOON_MS = 2_000;
const PATH = '/s3cret-path?k3y=1';

describe('the service', () => {
  let canaries: Canaries;
  let names: NameServer;
  /** Allows the public internet only. */
  let strict: Outbound;
  /** The operator has allowed one address. */
  let open: Outbound;

  beforeAll(async () => {
    canaries = await Canaries.open();
    names = await NameServer.open({
      ...NAMES,
      'receiver.test': ['127.0.0.1'],
      'flip.test': (nth) => [nth === 1 ? '127.0.0.1' : '127.0.0.2'],
      'turn.test': (nth) => [nth === 1 ? '8.8.8.8' : '127.0.0.1'],
    });
    strict = new Outbound({ allowed: [], resolve: names.resolve });
    open = new Outbound({ allowed: ['127.0.0.1'], resolve: names.resolve });
  });
  afterAll(() => {
    canaries.close();
    names.close();
  });
  beforeEach(() => canaries.forget());
  afterEach(async () => {
    await new Promise((done) => setTimeout(done, 20));
  });

  const callTo = (url: string, outbound = strict) => outbound.send({ url, headers: {}, body: 'b0dy' });

  /** The URLs that did not get an immediate refusal, with what happened. */
  async function notRefused(urls: readonly string[], outbound = strict): Promise<string[]> {
    const strange: string[] = [];
    for (const url of urls) {
      const began = performance.now();
      const outcome: unknown = await callTo(url, outbound).catch((error: unknown) => error);
      const isPrompt = performance.now() - began < SOON_MS;
      const isSilent = outcome instanceof OutboundRefused && !/s3cret|k3y|b0dy/.test(outcome.message);
      if (!isPrompt || !isSilent) strange.push(`${url}: ${String(outcome)}`);
    }
    return strange;
  }

  const bothWays = (hosts: readonly string[]) =>
    hosts.flatMap((host) => ['https', 'http'].map((scheme) => `${scheme}://${host}:${canaries.port}${PATH}`));

  async function expectUnheard(): Promise<void> {
    await new Promise((done) => setTimeout(done, 20));
    expect({ connections: canaries.connections, bytes: canaries.bytes }).toEqual({ connections: 0, bytes: 0 });
  }

  it('has canary servers around it that count connections', async () => {
    await canaries.visit();
    expect(canaries.addresses).toContain('127.0.0.1');
    expect(canaries.connections).toBe(canaries.addresses.length);
  });

  it.each(Object.entries(HOSTS))('calls no address of this kind: %s', async (_kind, hosts) => {
    expect(await notRefused(bothWays(hosts))).toEqual([]);
    await expectUnheard();
  });

  it('does not call its own addresses', async () => {
    const hosts = canaries.addresses.map((address) => (address.includes(':') ? `[${address}]` : address));
    expect(await notRefused(bothWays(hosts))).toEqual([]);
    await expectUnheard();
  });

  it('does not call a name that resolves to such an address, alone or among others', async () => {
    expect(await notRefused(bothWays(NAMED))).toEqual([]);
    await expectUnheard();
    expect(names.questions).toEqual(expect.arrayContaining(['A loop.test', 'AAAA loop6.test', 'A chain.test']));
  });

  it('does not call a name that this machine resolves to itself', async () => {
    expect(await notRefused(bothWays(['localhost']), new Outbound({ allowed: [] }))).toEqual([]);
    await expectUnheard();
  });

  it('parses an address exactly as it calls it, in every confusing spelling', async () => {
    expect(await notRefused(ADDRESSES(canaries.port))).toEqual([]);
    expect(await notRefused(ADDRESSES(canaries.port).map((url) => url.replace('https', 'http')))).toEqual([]);
    await expectUnheard();
  });

  it('uses no scheme except HTTP, even for an allowed address', async () => {
    expect(await notRefused(SCHEMES(canaries.port), open)).toEqual([]);
    await expectUnheard();
  });

  it('refuses credentials in a URL, even for an allowed address', async () => {
    const users = ['user:s3cret@', 'user@', ':s3cret@', 'example.com%2f@', '%40:%40@'];
    const urls = users.flatMap((user) => bothWays([`${user}127.0.0.1`, `${user}receiver.test`]));
    expect(await notRefused(urls, open)).toEqual([]);
    await expectUnheard();
  });

  it('calls plain HTTP only at addresses that the operator allowed', async () => {
    expect(
      await notRefused(['http://8.8.8.8/', 'http://[2606:4700::1]/', 'http://turn.test/', 'http://mixed.test/'], open),
    ).toEqual([]);
    const beside = ['127.0.0.2', '[::1]', '0.0.0.0', '[64:ff9b::127.0.0.1]', '[::127.0.0.1]', 'second.test'];
    expect(await notRefused(bothWays([...beside, 'compatible6.test', 'loop6.test', 'localhost']), open)).toEqual([]);
    await expectUnheard();
  });

  it('is tested above with more than 150 addresses', () => {
    const whole = [...ADDRESSES(canaries.port), ...SCHEMES(canaries.port)];
    expect(new Set([...Object.values(HOSTS).flat(), ...NAMED, ...whole]).size).toBeGreaterThan(150);
  });

  describe('with one allowed address', () => {
    let receiver: Server;
    let port: number;
    let requests: string[] = [];
    let answer = '';

    beforeAll(async () => {
      receiver = createServer((socket) => {
        socket
          .on('error', () => undefined)
          .on('data', (chunk: Buffer) => {
            requests.push(chunk.toString());
            socket.end(answer);
          });
      });
      await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
      ({ port } = receiver.address() as AddressInfo);
    });
    afterAll(() => receiver.close());
    beforeEach(() => {
      requests = [];
      answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
    });

    it('calls it by number and by name, mapped or not', async () => {
      for (const host of [
        '127.0.0.1',
        '2130706433',
        '[::ffff:127.0.0.1]',
        'receiver.test',
        'alias.test',
        'mapped6.test',
      ])
        expect([host, await callTo(`http://${host}:${port}/`, open)]).toEqual([host, { status: 200, text: 'ok' }]);
      expect(requests).toHaveLength(6);
    });

    it('does not follow redirects', async () => {
      for (const status of [301, 302, 303, 307, 308])
        for (const host of ['127.0.0.1', '127.0.0.2', '[::1]', 'loop.test']) {
          answer = `HTTP/1.1 ${status} X\r\nLocation: http://${host}:${canaries.port}/\r\nContent-Length: 0\r\n\r\n`;
          expect(await callTo(`http://receiver.test:${port}/`, open)).toEqual({ status, text: '' });
        }
      expect(requests).toHaveLength(20);
      await expectUnheard();
    });

    it('resolves a name once per call, so a second answer has no effect, and again for the next call', async () => {
      const asked = names.questions.length;
      expect(await callTo(`http://flip.test:${port}/`, open)).toEqual({ status: 200, text: 'ok' });
      expect(names.questions.slice(asked).sort()).toEqual(['A flip.test', 'AAAA flip.test']);
      expect(await notRefused([`http://flip.test:${canaries.port}/`], open)).toEqual([]);
      await expectUnheard();
    });

    it('refuses a name that now resolves to a private address, although it was public before', async () => {
      await names.resolve('turn.test');
      expect(await notRefused(bothWays(['turn.test']))).toEqual([]);
      await expectUnheard();
    });

    // Linux and macOS connect 0.0.0.0 to 127.0.0.1; the service can detect this only after connecting.
    it('sends no byte if the connection reached another address than intended', async () => {
      const zero = new Outbound({ allowed: ['0.0.0.0', '::'] });
      expect(await notRefused(bothWays(['0.0.0.0', '[::]']), zero)).toEqual([]);
      for (let looked = 0; looked < 100 && canaries.open > 0; looked += 1)
        await new Promise((done) => setTimeout(done, 20));
      expect({ open: canaries.open, bytes: canaries.bytes }).toEqual({ open: 0, bytes: 0 });
    });
  });
});
