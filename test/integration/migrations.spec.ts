// The migration runner against a real server, on databases of its own. Each migration is applied once and completely,
// also when several processes start together. If record and files differ, it refuses with one sentence.
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { MigrationError } from '../../src/platform/database/migration-record.js';
import { applyMigrations } from '../../src/platform/database/migrations.js';
import { createDatabase, dropDatabase } from '../support/database.js';
import { query } from '../support/embedded-child.js';

jest.setTimeout(30_000);

let ownerUrl: string;
let directory: string;
let said: string[];

beforeEach(async () => {
  ownerUrl = await createDatabase();
  directory = mkdtempSync(join(tmpdir(), 'countersign-migrations-'));
  said = [];
});
afterEach(async () => {
  rmSync(directory, { recursive: true });
  await dropDatabase(ownerUrl);
});

function write(name: string, sql: string): void {
  mkdirSync(join(directory, name), { recursive: true });
  writeFileSync(join(directory, name, 'migration.sql'), sql);
}

const apply = (url = ownerUrl): Promise<{ applied: string[] }> =>
  applyMigrations({ ownerUrl: url, directory, log: (line) => said.push(line) });

async function refusal(url = ownerUrl): Promise<MigrationError> {
  const error = await apply(url).then(
    () => new Error('it was applied'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(MigrationError);
  expect((error as MigrationError).message).toMatch(/^[A-Z][^\n]+\.$/);
  return error as MigrationError;
}

async function untilWaiting(url: string): Promise<void> {
  const text = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  for (let tries = 0; (await query(url, text)).length === 0; tries += 1) {
    if (tries === 200) throw new Error('nothing waited');
    await new Promise((done) => setTimeout(done, 10));
  }
}

const recordedNames = async (): Promise<string[]> => {
  const rows = await query<{ name: string }>(
    ownerUrl,
    'SELECT migration_name AS name FROM _prisma_migrations ORDER BY started_at',
  );
  return rows.map(({ name }) => name);
};

describe('the migration runner', () => {
  it('applies in the order of names, once, and later only new migrations', async () => {
    write('20260102000000_second', 'ALTER TABLE things ADD COLUMN size integer; INSERT INTO things VALUES (1, 2);');
    write('20260101000000_first', 'CREATE TABLE things (id integer PRIMARY KEY);');
    writeFileSync(join(directory, 'migration_lock.toml'), 'provider = "postgresql"');
    expect(await apply()).toEqual({ applied: ['20260101000000_first', '20260102000000_second'] });
    expect(await apply()).toEqual({ applied: [] });
    write('20260103000000_third', 'DELETE FROM things;');
    expect(await apply()).toEqual({ applied: ['20260103000000_third'] });
    expect(await recordedNames()).toEqual(['20260101000000_first', '20260102000000_second', '20260103000000_third']);
    expect(said).toContain('Applying migration 20260103000000_third.');
  });

  it('applies the migrations of this project', async () => {
    cpSync(join(process.cwd(), 'prisma/migrations'), directory, { recursive: true });
    expect((await apply()).applied.length).toBeGreaterThan(0);
  });

  it('writes the same record as Prisma', async () => {
    const sql = 'CREATE TABLE "ünïcode" (id integer);\n-- "$1" and \'quotes\'\n';
    write('20260101000000_first', sql);
    await apply();
    const [row] = await query<Record<string, unknown>>(
      ownerUrl,
      'SELECT *, finished_at >= started_at AS ordered FROM _prisma_migrations',
    );
    expect(row).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as string,
      checksum: createHash('sha256').update(sql).digest('hex'),
      ...{
        migration_name: '20260101000000_first',
        logs: null,
        rolled_back_at: null,
        applied_steps_count: 1,
        ordered: true,
      },
    });
    const columns = await query<{ column: string }>(
      ownerUrl,
      `SELECT concat_ws(' ', column_name, udt_name, character_maximum_length, is_nullable, column_default) AS column
       FROM information_schema.columns WHERE table_name = '_prisma_migrations' ORDER BY ordinal_position`,
    );
    expect(columns.map(({ column }) => column)).toEqual([
      'id varchar 36 NO',
      'checksum varchar 64 NO',
      'finished_at timestamptz YES',
      'migration_name varchar 255 NO',
      'logs text YES',
      'rolled_back_at timestamptz YES',
      'started_at timestamptz NO now()',
      'applied_steps_count int4 NO 0',
    ]);
  });

  it('applies each migration once when eight runners start at the same instant', async () => {
    write('20260101000000_first', 'CREATE TABLE things (id serial); SELECT pg_sleep(0.3);');
    write('20260102000000_second', 'INSERT INTO things DEFAULT VALUES;');
    const outcomes = await Promise.all(Array.from({ length: 8 }, apply));
    expect(outcomes.map(({ applied }) => applied.length).sort()).toEqual([0, 0, 0, 0, 0, 0, 0, 2]);
    expect(await query(ownerUrl, 'SELECT count(*)::int AS rows FROM things')).toEqual([{ rows: 1 }]);
    expect(said).toContain('Waiting for another process that is applying migrations.');
  });

  it('waits for a running `prisma migrate`', async () => {
    write('20260101000000_first', 'CREATE TABLE things (id integer);');
    const prisma = new pg.Client({ connectionString: ownerUrl });
    await prisma.connect();
    // The key that Prisma documents for its own lock.
    await prisma.query('SELECT pg_advisory_lock(72707369)');
    const applying = apply();
    await expect(Promise.race([applying, new Promise((resolve) => setTimeout(resolve, 500, 'waits'))])).resolves.toBe(
      'waits',
    );
    await prisma.end();
    expect(await applying).toEqual({ applied: ['20260101000000_first'] });
  });

  it('does not block the service while a table is in use, and changes the table afterwards', async () => {
    write('20260101000000_first', 'CREATE TABLE things (id integer);');
    await apply();
    write('20260102000000_second', 'ALTER TABLE things ADD COLUMN size integer;');
    const reader = new pg.Client({ connectionString: ownerUrl });
    await reader.connect();
    await reader.query('BEGIN; SELECT FROM things');
    const applying = apply();
    await untilWaiting(ownerUrl);
    const startedAt = performance.now();
    await query(ownerUrl, 'SELECT FROM things');
    // Without its own timeout, the migration would block this reader until the other transaction ends.
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    await reader.end();
    expect(await applying).toEqual({ applied: ['20260102000000_second'] });
  });

  it('accepts a file that Git checked out with other line endings', async () => {
    write('20260101000000_first', 'CREATE TABLE things (\n  id integer\n);\n');
    await apply();
    write('20260101000000_first', 'CREATE TABLE things (\r\n  id integer\r\n);\r\n');
    expect(await apply()).toEqual({ applied: [] });
  });
});

describe('the migration runner refuses', () => {
  it('a migration that fails: it is rolled back, earlier ones stay', async () => {
    write('20260101000000_first', 'CREATE TABLE things (id integer);');
    write('20260102000000_second', 'CREATE TABLE more (id integer); SELECT 1 / 0;');
    const error = await refusal();
    expect(error.fault).toBe('failed');
    expect(error.message).toMatch(/20260102000000_second failed and was rolled back \(division by zero\)/);
    expect(await recordedNames()).toEqual(['20260101000000_first']);
    expect(await query(ownerUrl, `SELECT to_regclass('more') AS more`)).toEqual([{ more: null }]);
    write('20260102000000_second', 'CREATE TABLE more (id integer);');
    expect(await apply()).toEqual({ applied: ['20260102000000_second'] });
  });

  it('a file that changed after it was applied', async () => {
    write('20260101000000_first', 'CREATE TABLE things (id integer);');
    await apply();
    write('20260101000000_first', 'CREATE TABLE things (id bigint);');
    write('20260102000000_second', 'CREATE TABLE more (id integer);');
    expect((await refusal()).fault).toBe('changed');
    expect(await recordedNames()).toEqual(['20260101000000_first']);
  });

  it('a database from which a newer build removed a table or column', async () => {
    write('20260101000000_first', 'CREATE TABLE things (id integer);');
    write('20260102000000_contract_second', 'DROP TABLE things;');
    await apply();
    rmSync(join(directory, '20260102000000_contract_second'), { recursive: true });
    expect((await refusal()).fault).toBe('unknown');
  });

  it('a migration that Prisma recorded as failed, until it is resolved', async () => {
    write('20260101000000_first', 'CREATE TABLE things (id integer);');
    await apply();
    await query(ownerUrl, 'DROP TABLE things');
    await query(ownerUrl, 'UPDATE _prisma_migrations SET finished_at = NULL, applied_steps_count = 0');
    expect((await refusal()).fault).toBe('unfinished');
    await query(ownerUrl, 'UPDATE _prisma_migrations SET rolled_back_at = now()');
    expect(await apply()).toEqual({ applied: ['20260101000000_first'] });
  });

  it('a folder without migration.sql, and a missing folder', async () => {
    mkdirSync(join(directory, '20260101000000_first'));
    expect((await refusal()).fault).toBe('unreadable');
    rmSync(directory, { recursive: true });
    expect((await refusal()).fault).toBe('unreadable');
    mkdirSync(directory);
  });

  it('an unreachable server, without showing the password', async () => {
    const error = await refusal('postgresql://owner:hunter2@127.0.0.1:1/countersign');
    expect(error.fault).toBe('unreachable');
    expect(error.message).not.toContain('hunter2');
  });
});
