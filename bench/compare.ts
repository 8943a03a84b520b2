// `npm run bench:compare -- FOLDER`: the cost of a verification in another checkout (FOLDER) and in this one, in turns
// in one run. Each has its own database, and both must accept the same seed. CPU is that of the service and of its
// database connections. Takes about two minutes; ROUNDS and SECONDS_EACH change that.
import { mkdtempSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { KeyRing } from '../src/platform/crypto/key-ring.js';
import { interruption } from './interruption.js';
import { createDatabase, dropDatabase, inspectServer, withClient, type Server } from './postgres.js';
import { costOf, startGenerator, startService, stopAll, type Generator, type RunningServer } from './processes.js';
import type { Scenario } from './population.js';
import { seed, type Seeded } from './seed.js';

const ROUNDS = Number(process.env['ROUNDS'] ?? 5);
const SECONDS = Number(process.env['SECONDS_EACH'] ?? 5);
const CONNECTIONS = 32;
const LIMIT_MINUTES = 20;
const UNLIMITED = '10000000';
const SCENARIOS: readonly Scenario[] = ['right', 'wrong'];
const say = (line: string) => process.stderr.write(`${line}\n`);

/** CPU in microseconds a request: of the service's process, and of its connections to the database. */
interface Figures {
  readonly perSecond: number;
  readonly p99Ms: number;
  readonly serviceMicros: number;
  readonly databaseMicros: number;
}

interface Side {
  readonly name: string;
  readonly service: RunningServer;
  readonly databaseUrl: string;
  readonly seeded: Seeded;
  readonly next: Record<Scenario, number>;
  readonly results: ({ scenario: Scenario } & Figures)[];
}

async function start(server: Server, name: string, folder: string): Promise<Side> {
  const keyRing = KeyRing.generate();
  const databaseUrl = await createDatabase(server, databaseOf(name));
  const settings = { DATABASE_URL: databaseUrl, KEY_RING: keyRing, DATABASE_POOL_SIZE: '10' };
  const limits = { THROTTLE_ADDRESS: UNLIMITED, THROTTLE_CLIENT: UNLIMITED };
  const data = { DATA_DIR: mkdtempSync(join(tmpdir(), 'countersign-compare-')) };
  const service = await startService(await freePort(), { ...settings, ...limits, ...data }, folder);
  say(`${name}: seeding`);
  const seeded = await seed({ serviceUrl: databaseUrl, keyRing: KeyRing.parse(keyRing), progress: () => undefined });
  return { name, service, databaseUrl, seeded, next: { right: 0, wrong: 0, unknown: 0 }, results: [] };
}

async function measure(side: Side, generator: Generator, scenario: Scenario): Promise<void> {
  const token = await newToken(side);
  const before = await cpuOf(side);
  const first = side.next[scenario];
  const stretch = { port: side.service.port, token, scenario, seconds: SECONDS, connections: CONNECTIONS, first };
  const { requests, perSecond, p99Ms } = await generator.run(stretch);
  side.next[scenario] += requests;
  const after = await cpuOf(side);
  const serviceMicros = ((after.service - before.service) * 1e6) / requests;
  const databaseMicros = ((after.database - before.database) * 1e6) / requests;
  side.results.push({ scenario, perSecond, p99Ms, serviceMicros, databaseMicros });
  const costs = `${serviceMicros.toFixed(0)} + ${databaseMicros.toFixed(0)} µs CPU (service + database)`;
  say(`${side.name.padEnd(6)} ${scenario.padEnd(5)} ${perSecond.toFixed(0)} req/s, ${costs}`);
}

/** Seconds. */
async function cpuOf({ service, databaseUrl }: Side): Promise<{ service: number; database: number }> {
  const pids = await withClient(databaseUrl, async (client) => {
    const text = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
                  AND application_name LIKE 'countersign%'`;
    return (await client.query<{ pid: number }>(text)).rows.map(({ pid }) => pid);
  });
  const database = pids.reduce((sum, pid) => sum + costOf(pid).cpuSeconds, 0);
  return { service: costOf(service.pid).cpuSeconds, database };
}

async function newToken({ service, seeded }: Side): Promise<string> {
  const { clientId, clientSecret } = seeded;
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  });
  const response = await fetch(`http://127.0.0.1:${service.port}/oauth2/token`, { method: 'POST', body });
  if (!response.ok) throw new Error(`no token: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { access_token: string }).access_token;
}

function report(before: Side, after: Side): string {
  const lines = SCENARIOS.map((scenario) => {
    const of = ({ results }: Side, key: keyof Figures) =>
      results.filter((result) => result.scenario === scenario).map((result) => result[key]);
    const change = (key: keyof Figures) => {
      const [old, now] = [of(before, key), of(after, key)];
      const ratios = now.map((value, round) => value / (old[round] ?? NaN));
      return `${median(old).toFixed(0)} → ${median(now).toFixed(0)} (ratio of pairs ${median(ratios).toFixed(3)})`;
    };
    const costs = `CPU µs: service ${change('serviceMicros')}, database ${change('databaseMicros')}`;
    return `${scenario} code: req/s ${change('perSecond')}; p99 ms ${change('p99Ms')}; ${costs}`;
  });
  return lines.join('\n');
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function databaseOf(name: string): string {
  return `bench_compare_${name}_${process.pid}`;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done));
  const { port } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  return port;
}

async function compare(server: Server, folder: string): Promise<void> {
  const sides = [await start(server, 'before', folder), await start(server, 'after', process.cwd())] as const;
  const generator = await startGenerator();
  say('warming up');
  for (const side of sides) await measureAll([side], generator);
  for (const { results } of sides) results.length = 0;
  // Every other round has the reverse order, so that a drift does not favour one side.
  for (let round = 0; round < ROUNDS; round += 1)
    await measureAll(round % 2 === 0 ? sides : sides.toReversed(), generator);
  const [busy = 0] = loadavg();
  process.stdout.write(`${server.description}; load average after ${busy.toFixed(1)}\n${report(...sides)}\n`);
}

async function measureAll(sides: readonly Side[], generator: Generator): Promise<void> {
  for (const scenario of SCENARIOS) for (const side of sides) await measure(side, generator, scenario);
}

async function main(): Promise<void> {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) throw new Error('usage: npm run bench:compare -- FOLDER (another checkout, built)');
  const server = await inspectServer(process.env['DATABASE_URL']);
  try {
    await Promise.race([compare(server, resolve(folder)), interruption(LIMIT_MINUTES)]);
  } finally {
    await stopAll();
    for (const name of ['before', 'after']) await dropDatabase(server, databaseOf(name));
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
