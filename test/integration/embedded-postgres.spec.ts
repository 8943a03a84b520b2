// The embedded PostgreSQL as its callers see it: its guarantees while it runs, its location and its access rules. If it
// cannot run, it prints one sentence. The real programs run in temporary folders. embedded-crashes.spec.ts covers
// crashes.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import pg from 'pg';
import { prepareBinaries } from '../../src/platform/database/embedded/binaries.js';
import { ensureCluster } from '../../src/platform/database/embedded/cluster.js';
import {
  EmbeddedDatabaseError,
  findRunningEmbedded,
  startEmbeddedPostgres,
  type EmbeddedOptions,
  type EmbeddedPostgres,
} from '../../src/platform/database/embedded/embedded-postgres.js';
import { EmbeddedService, isGone, postmasterOf, query, temporaryFolder } from '../support/embedded-child.js';

jest.setTimeout(60_000);

const isRoot = process.getuid?.() === 0;
const UNPRIVILEGED_ID = 65534;
// For two busy cores. On idle cores a first start takes 1 s and a later start 0.1 s.
const FIRST_START_MS = 20_000;
const LATER_START_MS = 5_000;

let folder: ReturnType<typeof temporaryFolder>;
let running: EmbeddedPostgres[];
let said: string[];

beforeAll(() => (folder = temporaryFolder()));
beforeEach(() => {
  running = [];
  said = [];
});
afterEach(async () => {
  for (const server of running) await server.stop();
});
afterAll(() => folder.remove());

async function start(name: string, options: Partial<EmbeddedOptions> = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({
    dataDir: join(folder.path, name),
    log: (line) => said.push(line),
    ...options,
  });
  running.push(server);
  return server;
}

async function refusal(starting: Promise<EmbeddedPostgres>): Promise<EmbeddedDatabaseError> {
  const error = await starting.then(
    () => new Error('it started'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EmbeddedDatabaseError);
  return error as EmbeddedDatabaseError;
}

/** One line that ends with a full stop and names a solution. */
const SENTENCE = /^[A-Z/][^\n]+(DATA_DIR|DATABASE_URL|again|anew)[^\n]*\.$/;

describe('a running embedded PostgreSQL', () => {
  it('is durable, uses UTF-8 in C order, and its owner is no superuser', async () => {
    const { ownerUrl } = await start('data');
    const [facts] = await query(
      ownerUrl,
      `SELECT current_database() AS database, current_user AS role, rolsuper AS superuser, datcollate AS collation,
         current_setting('server_encoding') AS encoding, current_setting('fsync') AS fsync, current_setting('full_page_writes') AS pages,
         current_setting('synchronous_commit') AS commits, current_setting('data_checksums') AS checksums,
         current_setting('listen_addresses') AS addresses, current_setting('max_connections') AS connections
       FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()`,
    );
    const durable = { fsync: 'on', pages: 'on', commits: 'on', checksums: 'on' };
    const owner = { database: 'countersign', role: 'countersign_owner', superuser: false };
    expect(facts).toEqual({ ...durable, ...owner, encoding: 'UTF8', collation: 'C', addresses: '', connections: '40' });
  });

  it('keeps its data after a stop, leaves no process, socket or connection file, and restarts fast', async () => {
    const began = Date.now();
    const first = await start('fresh');
    expect(Date.now() - began).toBeLessThan(FIRST_START_MS);
    await query(first.ownerUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const pid = postmasterOf(first.place);
    await first.stop();
    await first.stop();
    expect(await isGone(pid, 1)).toBe(true);
    expect(readdirSync(join(first.place, 'run'))).toEqual([]);
    expect(existsSync(join(folder.path, 'fresh/postgres.json'))).toBe(false);
    const again = Date.now();
    const second = await start('fresh');
    expect(Date.now() - again).toBeLessThan(LATER_START_MS);
    expect(await query(second.ownerUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('refuses the superuser, and closes its folders to other users', async () => {
    const { ownerUrl, place } = await start('data');
    expect(statSync(join(place, 'run')).mode & 0o777).toBe(0o700);
    expect(statSync(join(place, 'data')).mode & 0o777).toBe(0o700);
    await expect(query(ownerUrl.replace('countersign_owner', 'postgres'), 'SELECT 1')).rejects.toThrow(/pg_hba|reject/);
  });

  it('asks for the password of this run when it listens on a port', async () => {
    const { ownerUrl } = await start('data', { transport: 'loopback' });
    const { password } = new URL(ownerUrl);
    expect(await query(ownerUrl, `SELECT current_setting('listen_addresses') AS at`)).toEqual([{ at: '127.0.0.1' }]);
    await expect(query(ownerUrl.replace(password, 'x'), 'SELECT 1')).rejects.toThrow(/password authentication failed/);
    await expect(query(ownerUrl.replace('countersign_owner', 'postgres'), 'SELECT 1')).rejects.toThrow(/pg_hba|reject/);
    await running[0]?.stop();
    expect((await start('data', { transport: 'loopback' })).ownerUrl).not.toContain(password);
  });

  it('can be found by other programs of its user, only while it runs', async () => {
    const dataDir = join(folder.path, 'data');
    expect(await findRunningEmbedded(join(folder.path, 'nothing'))).toBeNull();
    const { ownerUrl } = await start('data');
    expect(await findRunningEmbedded(dataDir)).toEqual({ ownerUrl });
    expect(statSync(join(dataDir, 'postgres.json')).mode & 0o777).toBe(0o600);
    await running[0]?.stop();
    expect(await findRunningEmbedded(dataDir)).toBeNull();
  });

  (process.platform === 'linux' ? it : it.skip)('stays under 250 MB with twenty busy connections', async () => {
    const { ownerUrl, place } = await start('data');
    await query(
      ownerUrl,
      'CREATE TABLE rows AS SELECT n, repeat(md5(n::text), 8) AS text FROM generate_series(1, 100000) AS n',
    );
    const clients = Array.from({ length: 20 }, () => new pg.Client({ connectionString: ownerUrl }));
    await Promise.all(clients.map((client) => client.connect()));
    const sorting = 'SELECT count(*) FROM (SELECT text FROM rows ORDER BY text) AS sorted';
    await Promise.all(clients.map((client) => client.query(sorting)));
    const bytes = memoryOf(postmasterOf(place));
    await Promise.all(clients.map((client) => client.end()));
    expect(bytes).toBeGreaterThan(20e6);
    expect(bytes).toBeLessThan(250e6);
  });
});

describe('an embedded PostgreSQL in an unusual folder', () => {
  it.each([`blank, comma, quote ' and " and ü`, 'l'.repeat(100)])('runs in a folder called %s', async (name) => {
    const { ownerUrl, place } = await start(name);
    expect(place).toBe(join(folder.path, name, 'postgres'));
    expect(await query(ownerUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    const socket = new URL(ownerUrl).searchParams.get('host') ?? '';
    await running[0]?.stop();
    expect(existsSync(socket) ? readdirSync(socket) : []).toEqual([]);
  });

  // As in a clone that only root may enter: the programs are then in DATA_DIR, and its name can contain any character.
  it('starts programs whose path contains shell syntax', async () => {
    const name = `programs ' " $HOME \`id\` \\ ü`;
    const place = {
      folder: join(folder.path, name, 'postgres'),
      account: isRoot ? { uid: UNPRIVILEGED_ID, gid: UNPRIVILEGED_ID } : null,
    };
    mkdirSync(place.folder, { recursive: true });
    const installed = await prepareBinaries({ ...place, folder: folder.path });
    const copied = join(place.folder, 'programs');
    cpSync(dirname(dirname(installed.initdb)), copied, { recursive: true, verbatimSymlinks: true });
    const moved = (program: string) => join(copied, 'bin', basename(program));
    const binaries = { ...installed, initdb: moved(installed.initdb), postgres: moved(installed.postgres) };
    await ensureCluster(place, binaries);
    expect(readFileSync(join(place.folder, 'data/PG_VERSION'), 'utf8').trim()).toBe(installed.major);
    expect(readdirSync(place.folder).sort()).toEqual(['data', 'programs']);
  });

  (isRoot ? it : it.skip)('lies elsewhere and says so where its user cannot get to DATA_DIR', async () => {
    mkdirSync(join(folder.path, 'home'), { mode: 0o700 });
    const first = await start('home/data');
    try {
      expect(first.place).toMatch(/^\/var\/(lib|tmp)\/countersign-/);
      expect(said[0]).toMatch(
        new RegExp(`^The database is in ${first.place}, because the user with id ${UNPRIVILEGED_ID}`),
      );
      await query(first.ownerUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
      await first.stop();
      const second = await start('home/data');
      expect(await query(second.ownerUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
      await second.stop();
    } finally {
      rmSync(first.place, { recursive: true });
    }
    expect((await refusal(start('home/data'))).message).toMatch(
      /which is gone: put it back, or delete .* to start again\.$/,
    );
  });
});

describe('an embedded PostgreSQL that cannot run', () => {
  it('refuses a second start on the same folder, in one sentence', async () => {
    await start('data');
    const here = await refusal(start('data'));
    expect(here.fault).toBe('in_use');
    expect(here.message).toMatch(SENTENCE);
    const { report } = await EmbeddedService.start({ dataDir: join(folder.path, 'data') });
    expect(report).toEqual({ name: 'EmbeddedDatabaseError', fault: 'in_use', message: here.message });
    expect(here.message).toContain(String(process.pid));
  });

  it('refuses a folder without write permission', async () => {
    const dataDir = join(folder.path, 'closed');
    mkdirSync(dataDir, { mode: 0o555 });
    const { report } = await EmbeddedService.start({ dataDir, ...(isRoot ? { user: UNPRIVILEGED_ID } : {}) });
    expect(report).toMatchObject({
      fault: 'unusable_folder',
      message: expect.stringMatching(/may not write in/) as string,
    });
    expect(report.message).toMatch(SENTENCE);
  });

  it.each(['file', 'file/below'])('refuses the folder %s if a file has that name', async (name) => {
    writeFileSync(join(folder.path, 'file'), '');
    const error = await refusal(start(name));
    expect(error.fault).toBe('unusable_folder');
    expect(error.message).toMatch(SENTENCE);
  });

  it('refuses data of another major version, and leaves it unchanged', async () => {
    const { place } = await start('data');
    await running[0]?.stop();
    const file = join(place, 'data/PG_VERSION');
    const own = readFileSync(file);
    writeFileSync(file, '14\n');
    const error = await refusal(start('data'));
    expect(error.fault).toBe('wrong_version');
    expect(error.message).toMatch(SENTENCE);
    expect(readFileSync(file, 'utf8')).toBe('14\n');
    writeFileSync(file, own);
  });
});

/** Proportional set size of a server and its children: shared pages count once. */
function memoryOf(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  const kilobytes = [String(pid), ...children].map((id) => {
    return Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${id}/smaps_rollup`, 'utf8'))?.[1]);
  });
  return kilobytes.reduce((sum, one) => sum + one, 0) * 1024;
}
