// The service or its PostgreSQL stops, by signal, exit, error or crash. Every committed row survives, no process stays
// behind for good, and the next start works without manual repair.
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

// One database for all tests: each test starts on the remains of the test before.
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

describe('the service ends', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s: PostgreSQL stops cleanly', async (signal) => {
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
  ] as const)('%s: no PostgreSQL stays behind', async (ending, code, how) => {
    const started = await service(ending);
    expect(await started.ended()).toBe(code);
    // The lock file is removed together with PostgreSQL, so the log must show the kind of shutdown.
    expect(await lastShutdown()).toBe(how);
  });

  it('SIGKILL: the next start stops the old PostgreSQL and keeps committed rows', async () => {
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

describe('PostgreSQL ends', () => {
  it('SIGKILL: the service is notified, and the next start recovers committed rows', async () => {
    const first = await startEmbeddedPostgres({ dataDir, log });
    const id = await remember(first.ownerUrl);
    process.kill(postmasterOf(place), 'SIGKILL');
    expect((await first.lost).message).toMatch(/ended by itself .*: start the service again\.$/);
    await first.stop();
    expect(await recalled((await service()).url)).toContain(id);
  });

  it('killed together with the service: recovers although one query outlives both', async () => {
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

  it('is not confused with another process that now has its process id', async () => {
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

describe('several starts at the same instant', () => {
  // Each round leaves a killed service and its PostgreSQL for the next round, so that all starts find the same stale
  // lock.
  it('leave exactly one service running, on an empty folder and after a SIGKILL', async () => {
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

/** The kind of shutdown that PostgreSQL logged, read after it has ended. */
async function lastShutdown(): Promise<string | undefined> {
  for (let waited = 0; waited < 5_000; waited += 50) {
    const log = readFileSync(join(dataDir, 'postgres.log'), 'utf8');
    const requests = [...log.matchAll(/received (\w+) shutdown request/g)];
    if (/database system is shut down\n$/.test(log)) return requests.at(-1)?.[1];
    await sleep(50);
  }
  return undefined;
}
