// One minimal keep-alive HTTP/1.1 connection, since the generator shares the machine with the service. It reads only
// answers with a Content-Length, which both servers send.
import { connect, type Socket } from 'node:net';

interface Waiting {
  resolve(status: number): void;
  reject(error: Error): void;
}

export class Connection {
  private readonly socket: Socket;
  private received = '';
  private waiting: Waiting | null = null;

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true }).setEncoding('latin1');
    this.socket.on('data', (text: Buffer | string) => this.take(text.toString()));
    this.socket.on('error', (error) => this.fail(error));
    this.socket.on('close', () => this.fail(new Error('the server closed a connection')));
  }

  /** Sends one request and resolves with the status of the complete answer. */
  send(request: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.socket.write(request, 'latin1');
    });
  }

  close(): void {
    this.waiting = null;
    this.socket.destroy();
  }

  private take(text: string): void {
    this.received += text;
    const headEnd = this.received.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const length = /\r\ncontent-length: *(\d+)/i.exec(this.received.slice(0, headEnd))?.[1];
    if (length === undefined) {
      this.fail(new Error('an answer came without a Content-Length'));
      return;
    }
    if (this.received.length < headEnd + 4 + Number(length)) return;
    const status = Number(this.received.slice(9, 12));
    this.received = '';
    const waiting = this.waiting;
    this.waiting = null;
    waiting?.resolve(status);
  }

  private fail(error: Error): void {
    const waiting = this.waiting;
    this.waiting = null;
    waiting?.reject(error);
  }
}
