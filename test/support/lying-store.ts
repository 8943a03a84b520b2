// Speaks the protocol of Valkey (RESP), and answers every script with the bytes that a spec sets.
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

const ANSWERS: Readonly<Record<string, string>> = {
  HELLO: '-ERR unknown command HELLO\r\n',
  INFO: '$0\r\n\r\n',
  SCRIPT: '$40\r\n0123456789012345678901234567890123456789\r\n',
};

export class LyingStore {
  /** As bytes on the wire; undefined: no answer. */
  lie: string | undefined;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async open(): Promise<LyingStore> {
    const server = createServer();
    const store = new LyingStore(server);
    server.on('connection', (socket) => store.listen(socket));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return store;
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((done) => this.server.close(done));
  }

  private listen(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      // One command is `*n`, then `$length` and a word n times; only the first word matters here.
      for (const [, word = ''] of chunk.toString().matchAll(/\*\d+\r\n\$\d+\r\n([a-z]+)\r\n/gi)) {
        const answer = ANSWERS[word.toUpperCase()] ?? this.lie;
        if (answer !== undefined) socket.write(answer);
      }
    });
  }
}
