// Sends one request after the other on a connection that stays open, and takes the time from the first byte written to
// the last byte read. Nothing else happens in between.
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

export class Probing {
  private readonly connections: Connection[];
  private readonly times = new Map<string, number[]>();

  constructor(
    port: number,
    connections: number,
    private readonly status: number,
  ) {
    this.connections = Array.from({ length: connections }, () => new Connection(port));
  }

  /** Every probe once, in random order. */
  async block(probes: readonly Probe[]): Promise<void> {
    const waiting = shuffled(probes);
    const drive = async (connection: Connection) => {
      for (let probe = waiting.pop(); probe; probe = waiting.pop()) await this.take(connection, probe);
    };
    await Promise.all(this.connections.map(drive));
  }

  /** What was measured so far, in microseconds by class. */
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
    const sentAt = process.hrtime.bigint();
    const status = await connection.send(request);
    const micros = Number(process.hrtime.bigint() - sentAt) / 1_000;
    if (status !== this.status) throw new Error(`the class “${name}” was answered with ${status}`);
    const times = this.times.get(name);
    if (times) times.push(micros);
    else this.times.set(name, [micros]);
  }
}
