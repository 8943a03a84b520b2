// Servers that nobody should reach: on every address of this machine that is not of the internet, all on one port. They count.
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';

const WANTED = ['127.0.0.1', '127.0.0.2', '::1'];
// A machine may have public addresses of its own: those may be called like any other.
const NOT_PUBLIC = /^(10\.|172\.(1[6-9]|2\d|3[01])\.|192\.168\.|192\.0\.2\.|169\.254\.|100\.64\.|f[cd])/;
const PORT_TRIES = 10;

export class Canaries {
  connections = 0;
  /** Of these, how many have not ended. */
  open = 0;
  bytes = 0;
  private readonly servers: Server[] = [];

  private constructor(
    readonly port: number,
    /** Those that this machine lets us listen on. */
    readonly addresses: string[] = [],
  ) {}

  static async open(): Promise<Canaries> {
    for (let tried = 0; tried < PORT_TRIES; tried += 1) {
      const canaries = new Canaries(await freePort());
      if (await canaries.listenAll()) return canaries;
      canaries.close();
    }
    throw new Error('no port is free on all addresses');
  }

  /** Connects to each: a canary that does not count would prove nothing. */
  async visit(): Promise<void> {
    for (const host of this.addresses) {
      await new Promise<void>((done, failed) => {
        const socket = connect({ host, port: this.port }, () => socket.end('x'));
        socket.once('close', () => done()).once('error', failed);
        socket.resume();
      });
    }
  }

  forget(): void {
    this.connections = 0;
    this.bytes = 0;
  }

  close(): void {
    for (const server of this.servers) server.close();
  }

  /** False where the port is taken on one of them; an address that this machine does not have is left out. */
  private async listenAll(): Promise<boolean> {
    const own = Object.values(networkInterfaces()).flatMap((found) => found?.map(({ address }) => address) ?? []);
    for (const host of new Set([...WANTED, ...own.filter((address) => NOT_PUBLIC.test(address))])) {
      const outcome = await this.listen(host);
      if (outcome === 'EADDRINUSE') return false;
      if (outcome === 'listening') this.addresses.push(host);
    }
    return true;
  }

  private listen(host: string): Promise<string> {
    const server = createServer((socket) => {
      this.connections += 1;
      this.open += 1;
      socket.once('close', () => (this.open -= 1));
      socket.on('error', () => undefined).on('data', (chunk: Buffer) => (this.bytes += chunk.length));
      socket.on('end', () => socket.end());
    });
    return new Promise((done) => {
      server.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? ''));
      server.listen({ host, port: this.port, ipv6Only: true }, () => {
        this.servers.push(server);
        done('listening');
      });
    });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
