// One open connection, and every byte of each answer, for specs that compare bytes.
import { connect, type Socket } from 'node:net';

export interface WireRequest {
  /** POST with a body, else GET. */
  readonly method?: string;
  readonly path: string;
  readonly token: string;
  readonly body?: object;
  /** The address that a trusted proxy forwards. */
  readonly forwardedFor?: string;
}

export class Wire {
  private received = Buffer.alloc(0);
  private waiting: { done(answer: string): void; failed(error: Error): void } | undefined;

  private constructor(
    private readonly url: URL,
    private socket: Socket,
  ) {
    this.listen();
  }

  static async open(address: string): Promise<Wire> {
    const url = new URL(address);
    return new Wire(url, await connected(url));
  }

  /** The unchanged answer: status line, headers and body. One request at a time. */
  async send({ method, path, token, body, forwardedFor }: WireRequest): Promise<string> {
    const text = body === undefined ? '' : JSON.stringify(body);
    const head = [
      `${method ?? (body === undefined ? 'GET' : 'POST')} ${path} HTTP/1.1`,
      `Host: ${this.url.host}`,
      `Authorization: Bearer ${token}`,
      ...(forwardedFor === undefined ? [] : [`X-Forwarded-For: ${forwardedFor}`]),
      ...(body === undefined ? [] : ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(text)}`]),
    ];
    // The server closes a connection after five seconds without a request.
    if (!this.socket.writable) await this.reopen();
    return new Promise((done, failed) => {
      this.waiting = { done, failed };
      this.socket.write(`${head.join('\r\n')}\r\n\r\n${text}`);
    });
  }

  private async reopen(): Promise<void> {
    this.received = Buffer.alloc(0);
    this.socket = await connected(this.url);
    this.listen();
  }

  private listen(): void {
    this.socket.on('data', (chunk: Buffer) => this.take(chunk));
    this.socket.on('error', (error) => this.waiting?.failed(error));
    this.socket.on('close', () => this.waiting?.failed(new Error('the connection was closed')));
  }

  close(): void {
    this.waiting = undefined;
    this.socket.destroy();
  }

  private take(chunk: Buffer): void {
    this.received = Buffer.concat([this.received, chunk]);
    const end = this.received.indexOf('\r\n\r\n') + 4;
    if (end < 4) return;
    const length = Number(/\r\ncontent-length: (\d+)\r\n/i.exec(this.received.toString('latin1', 0, end))?.[1] ?? NaN);
    if (Number.isNaN(length)) return this.waiting?.failed(new Error('an answer without Content-Length'));
    if (this.received.length < end + length) return;
    const answer = this.received.toString('latin1', 0, end + length);
    this.received = this.received.subarray(end + length);
    this.waiting?.done(answer);
  }
}

function connected({ hostname, port }: URL): Promise<Socket> {
  return new Promise((done, failed) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    socket.once('error', failed);
    socket.once('connect', () => {
      socket.off('error', failed);
      done(socket);
    });
  });
}

/** Masks the parts that differ between any two answers: ids, the date, and the throttle's counters. */
export function masked(answer: string): string {
  return answer
    .replace(/^(x-request-id): [\w-]+\r$/im, '$1: *\r')
    .replace(/^(date): [^\r]+\r$/im, '$1: *\r')
    .replace(/"requestId":"[\w-]+"/, '"requestId":"*"')
    .replaceAll(/;r=\d+;t=\d+/g, ';r=*;t=*');
}
