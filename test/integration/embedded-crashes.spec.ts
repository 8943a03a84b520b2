// Whatever ends the service or its PostgreSQL, nothing committed is lost, nothing is left running for good, and the next
// start works without anybody's help.
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbeddedPostgres } from '../../src/platform/database/embedded/embedded-postgres.js';
import {
  EmbeddedService,
  isGone,
  isRunning,
  postmasterOf,
  query,
  temporaryFolder,
  type Ending,
} from '../support/embedded-child.js';

jest.setTimeout(60_000);

const log = (): void => undefined;

let folder: ReturnType<typeof temporaryFolder>;
let dataDir: string;
let place: string;
let services: EmbeddedService[];

// One database for all: each test starts on what the one before left.
beforeAll(() => {
  folder = temporaryFolder();
  dataDir = join(folder.path, 'data');
  place = join(dataDir, 'postgres');
});
beforeEach(() => (services = []));
afterEach(async () => {
  for (const service of services) await service.kill('SIGTERM');
});
afterAll(() => folder.remove());

async function service(ending: Ending = 'stay'): Promise<EmbeddedService> {
  const started = await EmbeddedService.start({ dataDir, ending });
  services.push(started);
  return started;
}

async function remember(url: string): Promise<string> {
  const id = randomUUID();
  await query(url, 'CREATE TABLE IF NOT EXISTS kept (id text)');
  await query(url, `INSERT INTO kept VALUES ('${id}')`);
  return id;
}

async function recalled(url: string): Promise<string[]> {
  return (await query<{ id: string }>(url, 'SELECT id FROM kept')).map(({ id }) => id);
}

describe('an ending of the service', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s stops PostgreSQL in order', async (signal) => {
    const started = await service();
    const pid = postmasterOf(place);
    expect(await started.kill(signal)).toBe(signal);
    expect(await isGone(pid)).toBe(true);
    expect(existsSync(join(place, 'data/postmaster.pid'))).toBe(false);
    expect(readFileSync(join(dataDir, 'postgres.log'), 'utf8')).toMatch(/database system is shut down\n$/);
  });

  it.each([
    ['run out of work', 0, 'fast'],
    ['call exit', 3, 'immediate'],
    ['throw', 1, 'immediate'],
  ] as const)('to %s does not leave PostgreSQL running', async (ending, code, how) => {
    const started = await service(ending);
    expect(await started.ended()).toBe(code);
    // Its lock file is gone with it, so the log has to tell.
    expect(await lastShutdown()).toBe(how);
  });

  it('by SIGKILL leaves a PostgreSQL that the next start stops, and keeps what was committed', async () => {
    const first = await service();
    const id = await remember(first.url);
    const orphan = postmasterOf(place);
    await first.kill('SIGKILL');
    expect(isRunning(orphan)).toBe(true);
    const second = await service();
    expect(await recalled(second.url)).toContain(id);
    expect(postmasterOf(place)).not.toBe(orphan);
    expect(await isGone(orphan)).toBe(true);
  });
});

describe('an ending of PostgreSQL', () => {
  it('by SIGKILL is told to the service, and the next start recovers what was committed', async () => {
    const first = await startEmbeddedPostgres({ dataDir, log });
    const id = await remember(first.ownerUrl);
    process.kill(postmasterOf(place), 'SIGKILL');
    expect((await first.lost).message).toMatch(/ended by itself .*: start the service again\.$/);
    await first.stop();
    expect(await recalled((await service()).url)).toContain(id);
  });

  it('together with the service recovers too, though a query outlives both for a while', async () => {
    const first = await service();
    const id = await remember(first.url);
    const endless = query(first.url, 'SELECT count(*) FROM generate_series(1, 10000000)').catch(() => undefined);
    await sleep(200);
    const pid = postmasterOf(place);
    await first.kill('SIGKILL');
    process.kill(pid, 'SIGKILL');
    expect(await recalled((await service()).url)).toContain(id);
    await endless;
  });

  it('is not mistaken for another process that has its id now', async () => {
    const first = await service();
    const id = await remember(first.url);
    const pid = postmasterOf(place);
    await first.kill('SIGKILL');
    process.kill(pid, 'SIGKILL');
    await isGone(pid);
    const file = join(place, 'data/postmaster.pid');
    writeFileSync(file, readFileSync(file, 'utf8').replace(String(pid), String(process.pid)));
    expect(await recalled((await service()).url)).toContain(id);
  });
});

describe('starts at the same instant', () => {
  // Each round leaves a killed service and its PostgreSQL for the next, so that all find the same stale lock.
  it('end with exactly one service, on an empty folder and on the remains of a killed one', async () => {
    const empty = join(folder.path, 'empty');
    for (let round = 0; round < 3; round += 1) {
      const burst = await Promise.all(Array.from({ length: 4 }, () => EmbeddedService.start({ dataDir: empty })));
      const faults = burst.map(({ report }) => report.fault ?? 'runs').sort();
      const [winner] = burst.filter(({ report }) => report.fault === undefined);
      await winner?.kill('SIGKILL');
      expect(faults).toEqual(['in_use', 'in_use', 'in_use', 'runs']);
    }
    const last = await EmbeddedService.start({ dataDir: empty });
    expect(await query(last.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await last.kill('SIGTERM');
  });
});

/** How PostgreSQL was told to end, once it has. */
async function lastShutdown(): Promise<string | undefined> {
  for (let waited = 0; waited < 5_000; waited += 50) {
    const log = readFileSync(join(dataDir, 'postgres.log'), 'utf8');
    const requests = [...log.matchAll(/received (\w+) shutdown request/g)];
    if (/database system is shut down\n$/.test(log)) return requests.at(-1)?.[1];
    await sleep(50);
  }
  return undefined;
}
