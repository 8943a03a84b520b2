// `npm run bench`: the cost of a verification in the service, against the least that any implementation must do. Both
// run in turns, so that a noisy machine affects both. The medians of five rounds count. Takes about three minutes;
// `--quick` one. Its databases and processes are always removed at the end.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyRing } from '../src/platform/crypto/key-ring.js';
import { interruption } from './interruption.js';
import type { Stretch } from './load.js';
import { createDatabase, dropDatabase, inspectServer, type Server } from './postgres.js';
import {
  costOf,
  startFloor,
  startGenerator,
  startService,
  stopAll,
  type Generator,
  type RunningServer,
} from './processes.js';
import type { Scenario } from './population.js';
import { table, TARGETS, verdicts, type Result, type Results, type Target } from './report.js';
import { seed, type Seeded } from './seed.js';

const ROUNDS = 5;
const CONNECTIONS = 32;
const POOL_SIZE = '10';
const LIMIT_MINUTES = 10;
// Node compiles the service's code to machine code over its first 5,000 requests or so.
const WARM_UP_SECONDS = 6;
/** Above this load average before the start, other work is using the machine. */
const IDLE_LOAD = 0.5;
const UNLIMITED = '10000000';
const isQuick = process.argv.includes('--quick');
const secondsOf = (target: Target) => (isQuick ? 1.5 : target.endsWith('right code') ? 7 : 5);
const say = (line: string) => process.stderr.write(`${line}\n`);

interface Bench {
  readonly service: RunningServer;
  readonly floor: RunningServer;
  readonly generator: Generator;
  readonly seeded: Seeded;
  readonly next: Record<Target, number>;
}

async function run(server: Server, folder: string): Promise<void> {
  const machine = describeMachine(server);
  const bench = await prepare(server, folder);
  say('warming up');
  for (const target of TARGETS) await measure(bench, target, WARM_UP_SECONDS);
  const results: Results = perTarget(() => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    // Every other round has the reverse order, so that a drift does not favour one side.
    for (const target of round % 2 === 0 ? TARGETS : TARGETS.toReversed()) {
      const result = await measure(bench, target, secondsOf(target));
      results[target].push(result);
      say(`round ${round + 1} of ${ROUNDS}: ${target.padEnd(22)} ${result.perSecond.toFixed(0).padStart(6)} req/s`);
    }
  }
  process.stdout.write(`\n${machine}\n\n${table(results)}\n\n${verdicts(results).join('\n')}\n`);
}

/** Warns if something else uses the machine: the figures would show that instead. */
function describeMachine({ description }: Server): string {
  const [busy = 0] = loadavg();
  if (busy > IDLE_LOAD) say(`load average ${busy.toFixed(1)}: other work is running, so do not use these figures`);
  const node = `Node ${process.versions.node}; ${availableParallelism()} × ${cpus()[0]?.model.trim() ?? '?'}`;
  return `${node}; load average before ${busy.toFixed(1)}; ${description}; ${CONNECTIONS} connections, pool of ${POOL_SIZE}`;
}

async function prepare(server: Server, folder: string): Promise<Bench> {
  const keyRing = KeyRing.generate();
  const serviceUrl = await createDatabase(server, nameOf('service'));
  const floorUrl = await createDatabase(server, nameOf('floor'));
  say('starting the service on an empty database');
  const limits = { THROTTLE_ADDRESS: UNLIMITED, THROTTLE_CLIENT: UNLIMITED };
  const settings = {
    DATABASE_URL: serviceUrl,
    KEY_RING: keyRing,
    DATABASE_POOL_SIZE: POOL_SIZE,
    DATA_DIR: join(folder, 'data'),
  };
  const service = await startService(await freePort(), { ...settings, ...limits });
  const progress = (done: number) => say(`seeding: ${done.toLocaleString('en-GB')} users`);
  const seeded = await seed({ serviceUrl, floorUrl, keyRing: KeyRing.parse(keyRing), progress });
  const floor = await startFloor({ DATABASE_URL: floorUrl, KEY_RING: keyRing, TENANT: seeded.tenantId, POOL_SIZE });
  return { service, floor, generator: await startGenerator(), seeded, next: perTarget(() => 0) };
}

async function measure(bench: Bench, target: Target, seconds: number): Promise<Result> {
  const isFloor = target.startsWith('floor');
  const { port, pid } = isFloor ? bench.floor : bench.service;
  const token = isFloor ? 'none' : await newToken(bench);
  const scenario = scenarioOf(target);
  const stretch: Stretch = {
    port,
    token,
    scenario,
    seconds,
    connections: CONNECTIONS,
    first: bench.next[target],
  };
  const before = costOf(pid);
  const measured = await bench.generator.run(stretch);
  const after = costOf(pid);
  bench.next[target] += measured.requests;
  return {
    ...measured,
    cpuMicros: ((after.cpuSeconds - before.cpuSeconds) * 1e6) / measured.requests,
    rssMb: after.rssMb,
  };
}

/** A fresh token for each stretch: they live five minutes. */
async function newToken({ service, seeded }: Bench): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: seeded.clientId,
    client_secret: seeded.clientSecret,
  });
  const response = await fetch(`http://127.0.0.1:${service.port}/oauth2/token`, { method: 'POST', body });
  if (!response.ok) throw new Error(`no token: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { access_token: string }).access_token;
}

function scenarioOf(target: Target): Scenario {
  if (target.endsWith('unknown user')) return 'unknown';
  return target.endsWith('right code') ? 'right' : 'wrong';
}

function perTarget<Value>(make: () => Value): Record<Target, Value> {
  return Object.fromEntries(TARGETS.map((target) => [target, make()])) as Record<Target, Value>;
}

function nameOf(side: 'service' | 'floor'): string {
  return `bench_${side}_${process.pid}`;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function main(): Promise<void> {
  const server = await inspectServer(process.env['DATABASE_URL']);
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
  try {
    await Promise.race([run(server, folder), interruption(LIMIT_MINUTES)]);
  } finally {
    await stopAll();
    for (const side of ['service', 'floor'] as const) await dropDatabase(server, nameOf(side));
    rmSync(folder, { recursive: true, force: true });
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
