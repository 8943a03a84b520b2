// The load generator, a process of its own. For each message of its parent it runs a stretch of load and returns the
// measurements. Every request has a code computed as it is sent. An unexpected answer ends the run.
import { Connection } from './connection.js';
import { secretOf, userIdFor, userNumberFor, type Scenario } from './population.js';
import { codeAt, stepAt, wrongCodeAt } from './totp.js';

export interface Stretch {
  readonly port: number;
  readonly token: string;
  readonly scenario: Scenario;
  readonly seconds: number;
  readonly connections: number;
  /** Number of the first request. No user repeats before the group is used up. */
  readonly first: number;
}

export interface Measured {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export type LoadAnswer = { readonly measured: Measured } | { readonly failure: string };

const EXPECTED: Readonly<Record<Scenario, number>> = { right: 200, wrong: 422, unknown: 422 };

async function run(stretch: Stretch): Promise<Measured> {
  const latencies: number[] = [];
  let next = stretch.first;
  const startedAt = performance.now();
  const endsAt = startedAt + stretch.seconds * 1_000;
  const drive = async () => {
    const connection = new Connection(stretch.port);
    try {
      for (let sentAt = performance.now(); sentAt < endsAt; sentAt = performance.now()) {
        const status = await connection.send(requestFor(stretch, next++));
        latencies.push(performance.now() - sentAt);
        if (status !== EXPECTED[stretch.scenario])
          throw new Error(`a ${stretch.scenario} code was answered with ${status}`);
      }
    } finally {
      connection.close();
    }
  };
  await Promise.all(Array.from({ length: stretch.connections }, drive));
  return summary(latencies, (performance.now() - startedAt) / 1_000);
}

function requestFor({ scenario, token }: Stretch, number: number): string {
  const body = `{"code":"${codeFor(scenario, number)}"}`;
  const head = [
    `POST /v1/users/${userIdFor(scenario, number)}/verify HTTP/1.1`,
    'Host: 127.0.0.1',
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

function codeFor(scenario: Scenario, number: number): string {
  const secret = secretOf(userNumberFor(scenario, number));
  const nowMs = Date.now();
  return scenario === 'right' ? codeAt(secret, stepAt(nowMs)) : wrongCodeAt(secret, nowMs);
}

function summary(latencies: number[], seconds: number): Measured {
  const sorted = Float64Array.from(latencies).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  return { requests: sorted.length, perSecond: sorted.length / seconds, p50Ms: at(0.5), p99Ms: at(0.99) };
}

process.on('message', (stretch: Stretch) => {
  run(stretch).then(
    (measured) => process.send?.({ measured } satisfies LoadAnswer),
    (error: unknown) => process.send?.({ failure: String(error) } satisfies LoadAnswer),
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
