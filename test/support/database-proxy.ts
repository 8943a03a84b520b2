// A proxy between a service and its PostgreSQL. A spec can break the connection in the ways networks do: refused, cut,
// or hung (accepted and never answered). It also reports which prepared statements were run.
import { connect, createServer, type AddressInfo, type NetConnectOpts, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { BoundStatements } from './bound-statements.js';

type Mood = 'passing' | 'cut' | 'hung';

export class DatabaseProxy {
  private mood: Mood = 'passing';
  private readonly sockets = new Set<Socket>();
  /** Names of prepared statements, in the order in which they were run over all connections. */
  readonly statements: string[] = [];

  private constructor(
    private readonly server: Server,
    private readonly target: NetConnectOpts,
    private readonly original: URL,
  ) {}

  /** A proxy before the server of a connection URL, on a TCP port or a Unix socket. */
  static async before(databaseUrl: string): Promise<DatabaseProxy> {
    const original = new URL(databaseUrl);
    const server = createServer();
    const proxy = new DatabaseProxy(server, targetOf(original), original);
    server.on('connection', (socket) => proxy.pass(socket));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return proxy;
  }

  /** The database's URL by way of this proxy. */
  get url(): string {
    const url = new URL(this.original);
    url.searchParams.delete('host');
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  /** Ends every connection, and each new one immediately. */
  cut(): void {
    this.mood = 'cut';
    for (const socket of this.sockets) socket.destroy();
  }

  /** Keeps every connection and accepts new ones, but passes no more data. */
  hang(): void {
    this.mood = 'hung';
  }

  /** New connections pass again; hung ones are ended. */
  heal(): void {
    this.cut();
    this.mood = 'passing';
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((done) => this.server.close(done));
  }

  private pass(client: Socket): void {
    this.keep(client);
    if (this.mood === 'cut') client.destroy();
    if (this.mood !== 'passing') return;
    const database = connect(this.target);
    this.keep(database);
    const bound = new BoundStatements();
    client.on('data', (chunk: Buffer) => this.statements.push(...bound.read(chunk)));
    this.pipe(client, database);
    this.pipe(database, client);
  }

  private pipe(from: Socket, to: Socket): void {
    from.on('data', (chunk: Buffer) => {
      if (this.mood === 'passing') to.write(chunk);
    });
    from.once('close', () => to.destroy());
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.sockets.delete(socket));
  }
}

function targetOf({ hostname, port, searchParams }: URL): NetConnectOpts {
  const number = port === '' ? 5432 : Number(port);
  const folder = searchParams.get('host');
  return folder === null ? { host: hostname, port: number } : { path: join(folder, `.s.PGSQL.${number}`) };
}
