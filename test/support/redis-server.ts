// A Valkey or Redis of a spec's own: the machine's binary, a free port of loopback, no file. What the spec does to it, it does by its pid.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Redis } from 'ioredis';

const folders = (process.env['PATH'] ?? '').split(delimiter);
export const redisPath = ['valkey-server', 'redis-server']
  .flatMap((name) => folders.map((folder) => join(folder, name)))
  .find((path) => existsSync(path));
/** Behind the name of what is left out where there is no server. */
export const redisMissing = redisPath === undefined ? ' (not run here: no valkey-server, no redis-server)' : '';

export class RedisServer {
  private child: ChildProcess | undefined;
  private readonly folder = mkdtempSync(join(tmpdir(), 'countersign-redis-'));

  private constructor(
    private readonly port: number,
    private readonly password: string,
  ) {}

  static async start(password = ''): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), password);
    await server.begin();
    return server;
  }

  get url(): string {
    return `redis://${this.password === '' ? '' : `:${this.password}@`}127.0.0.1:${this.port}`;
  }

  /** Begins, or begins anew on the same port with nothing in it. */
  async begin(): Promise<void> {
    const where = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.folder];
    const what = [
      '--save',
      '',
      '--appendonly',
      'no',
      ...(this.password === '' ? [] : ['--requirepass', this.password]),
    ];
    this.child = spawn(redisPath ?? '', [...where, ...what], { stdio: 'ignore' });
    const from = performance.now();
    while (!(await this.answers())) {
      if (performance.now() - from > 10_000) throw new Error('the store did not start');
      await new Promise((done) => setTimeout(done, 25));
    }
  }

  /** Ends it as a crash does. */
  async kill(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await gone;
  }

  /** Connections stay and are taken, nothing is answered. */
  hang(): void {
    this.child?.kill('SIGSTOP');
  }

  resume(): void {
    this.child?.kill('SIGCONT');
  }

  /** Runs commands on a connection of their own. */
  async ask<Result>(work: (client: Redis) => Promise<Result>): Promise<Result> {
    const client = new Redis(this.url, { lazyConnect: true, retryStrategy: () => null });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await work(client);
    } finally {
      client.disconnect();
    }
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private answers(): Promise<boolean> {
    return this.ask((client) => client.ping()).then(
      () => true,
      () => false,
    );
  }
}

/** Also where nothing listens: a port for a store that is not there. */
export function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => done(port));
    });
  });
}
