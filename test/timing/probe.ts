// Sends one request after the other on an open connection. It measures the time from the first byte written to the last
// byte read, of the request itself or of the following request. No other work runs in between.
import { Connection } from '../../bench/connection.js';
import type { Asked, Classes } from './endpoint.js';
import { shuffled } from './plan.js';

export interface Probe {
  readonly name: string;
  readonly request: string;
}

/** One request of every member of every class; all of them are built before the first is sent. */
export function probesOf({ reference, twin, others }: Classes, token: string): Probe[] {
  return [reference, twin, ...others].flatMap(({ name, requests }) =>
    requests.map((asked) => ({ name, request: requestOf(asked, token) })),
  );
}

export function requestOf({ path, body }: Asked, token: string): string {
  const text = JSON.stringify(body);
  const head = [
    `POST ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(text)}`,
  ];
  return `${head.join('\r\n')}\r\n\r\n${text}`;
}

export function getOf(path: string, token: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\n\r\n`;
}

export interface Wanted {
  readonly port: number;
  readonly connections: number;
  /** The expected status of every answer to a probe. */
  readonly status: number;
  /** The following request that is timed instead. */
  readonly next: { readonly request: string; readonly status: number } | undefined;
}

export class Probing {
  private readonly connections: Connection[];
  private readonly times = new Map<string, number[]>();

  constructor(private readonly wanted: Wanted) {
    this.connections = Array.from({ length: wanted.connections }, () => new Connection(wanted.port));
  }

  /** Every probe once, in random order. */
  async block(probes: readonly Probe[]): Promise<void> {
    const waiting = shuffled(probes);
    const drive = async (connection: Connection) => {
      for (let probe = waiting.pop(); probe; probe = waiting.pop()) await this.take(connection, probe);
    };
    await Promise.all(this.connections.map(drive));
  }

  /** The measured times, in microseconds by class. */
  get measured(): ReadonlyMap<string, readonly number[]> {
    return this.times;
  }

  forget(): void {
    this.times.clear();
  }

  close(): void {
    for (const connection of this.connections) connection.close();
  }

  private async take(connection: Connection, { name, request }: Probe): Promise<void> {
    const { status: expected, next } = this.wanted;
    const own = await timed(connection, request);
    const after = next && (await timed(connection, next.request));
    if (own.status !== expected) throw new Error(`the class “${name}” was answered with ${own.status}`);
    if (after && after.status !== next.status)
      throw new Error(`the request that follows was answered with ${after.status}`);
    const { micros } = after ?? own;
    const times = this.times.get(name);
    if (times) times.push(micros);
    else this.times.set(name, [micros]);
  }
}

async function timed(connection: Connection, request: string): Promise<{ status: number; micros: number }> {
  const sentAt = process.hrtime.bigint();
  const status = await connection.send(request);
  return { status, micros: Number(process.hrtime.bigint() - sentAt) / 1_000 };
}
