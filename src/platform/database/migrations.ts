// Brings the database to the structure that this build needs, at start and by any number of processes at once: each
// migration is applied once, wholly or not at all. Keeps Prisma's own record of them, so that `prisma migrate` agrees.
// Refuses, rather than guesses, when record and files differ. There is no way down.
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';

export type MigrationFault = 'unreachable' | 'unreadable' | 'busy' | 'unfinished' | 'unknown' | 'changed' | 'failed';

/** One sentence for the operator. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';

  constructor(
    readonly fault: MigrationFault,
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

export interface MigrationOptions {
  /** A role that may change the structure. */
  readonly ownerUrl: string;
  /** Usually `prisma/migrations`. */
  readonly directory: string;
  readonly log: (line: string) => void;
}

export interface Migration {
  readonly name: string;
  readonly sql: string;
  /** SHA-256 in hex of the file, then of the same text with the other line endings. */
  readonly checksums: readonly string[];
}

/** A row of Prisma's record that was not rolled back. */
export interface RecordedMigration {
  readonly name: string;
  readonly checksum: string;
  readonly isFinished: boolean;
}

// The schema engine's own key: `prisma migrate deploy` and this runner wait for each other.
const ADVISORY_LOCK = 72707369;
const LOCK_PATIENCE = '120s';
const CONNECT_TIMEOUT_MS = 10_000;

// Column for column what the schema engine creates. Its times are bookkeeping of the server's clock, as Prisma keeps
// them; no rule of ours reads them.
const RECORD = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id                      VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum                VARCHAR(64) NOT NULL,
    finished_at             TIMESTAMPTZ,
    migration_name          VARCHAR(255) NOT NULL,
    logs                    TEXT,
    rolled_back_at          TIMESTAMPTZ,
    started_at              TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count     INTEGER NOT NULL DEFAULT 0
)`;

/**
 * Applies what is missing, in the order of the folder names, and returns the names applied by this call.
 * @throws MigrationError
 */
export async function applyMigrations(options: MigrationOptions): Promise<{ applied: string[] }> {
  const files = await readMigrations(options.directory);
  const client = await connected(options.ownerUrl);
  try {
    await takeLock(client, options.log);
    await client.query(RECORD);
    const missing = missingMigrations(await withChecksums(client, files), await readRecord(client));
    for (const migration of missing) {
      options.log(`Applying migration ${migration.name}.`);
      await apply(client, migration);
    }
    return { applied: missing.map(({ name }) => name) };
  } finally {
    // Also gives the lock back.
    await client.end();
  }
}

/**
 * What remains to be applied, in order.
 * @throws MigrationError when the database is not one that these files lead to.
 */
export function missingMigrations(files: readonly Migration[], record: readonly RecordedMigration[]): Migration[] {
  for (const { name, checksum, isFinished } of record) {
    const file = files.find((candidate) => candidate.name === name);
    if (!isFinished) throw unfinished(name);
    if (file === undefined) throw notKnown(name);
    if (!file.checksums.includes(checksum)) throw changed(name);
  }
  const known = new Set(record.map(({ name }) => name));
  return files.filter(({ name }) => !known.has(name));
}

type MigrationFile = Omit<Migration, 'checksums'>;

async function readMigrations(directory: string): Promise<MigrationFile[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    // By code unit, as Prisma sorts; a locale's order would differ between machines.
    const sorted = names.sort((a, b) => (a < b ? -1 : 1));
    return await Promise.all(
      sorted.map(async (name) => ({ name, sql: await readFile(join(directory, name, 'migration.sql'), 'utf8') })),
    );
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown reason';
    throw new MigrationError(
      'unreadable',
      `The migrations in ${directory} cannot be read (${why}): this build is incomplete.`,
      error,
    );
  }
}

async function connected(ownerUrl: string): Promise<pg.Client> {
  const settings = { application_name: 'countersign-migrations', connectionTimeoutMillis: CONNECT_TIMEOUT_MS };
  try {
    const client = new pg.Client({ connectionString: ownerUrl, ...settings });
    // A connection that breaks while idle fails the next query; without a listener it would end the process.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  } catch (error) {
    throw new MigrationError(
      'unreachable',
      `The database for migrations cannot be reached (${reasonOf(error)}).`,
      error,
    );
  }
}

async function takeLock(client: pg.Client, log: (line: string) => void): Promise<void> {
  const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [ADVISORY_LOCK]);
  if (rows[0]?.taken) return;
  log('Waiting for another process that is applying migrations.');
  try {
    await client.query(`SET lock_timeout = '${LOCK_PATIENCE}'`);
    await client.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCK]);
    await client.query('RESET lock_timeout');
  } catch (error) {
    const sentence = `Another process holds the lock for migrations since ${LOCK_PATIENCE} (${reasonOf(error)}): look at it, then start again.`;
    throw new MigrationError('busy', sentence, error);
  }
}

/**
 * The server computes the digests that its record is compared with. Both line endings count, as in Prisma, because
 * Git may change them on checkout.
 */
async function withChecksums(client: pg.Client, files: readonly MigrationFile[]): Promise<Migration[]> {
  const unix = files.map(({ sql }) => sql.replaceAll('\r\n', '\n'));
  const windows = unix.map((sql) => sql.replaceAll('\n', '\r\n'));
  const { rows } = await client.query<{ digests: string[] }>(
    `SELECT ARRAY(SELECT encode(sha256(convert_to(text, 'UTF8')), 'hex')
                  FROM unnest($1::text[]) WITH ORDINALITY AS given(text, place) ORDER BY place) AS digests`,
    [[...files.map(({ sql }) => sql), ...unix, ...windows]],
  );
  const digests = rows[0]?.digests ?? [];
  const at = (index: number): string => digests[index] ?? '';
  return files.map((file, i) => ({ ...file, checksums: [at(i), at(i + files.length), at(i + 2 * files.length)] }));
}

async function readRecord(client: pg.Client): Promise<RecordedMigration[]> {
  const { rows } = await client.query<RecordedMigration>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS "isFinished"
     FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at`,
  );
  return rows;
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  try {
    await client.query('BEGIN');
    await client.query(migration.sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES (gen_random_uuid(), $1, $2, clock_timestamp(), 1)`,
      [migration.checksums[0], migration.name],
    );
    await client.query('COMMIT');
  } catch (error) {
    const sentence = `Migration ${migration.name} failed and was rolled back (${reasonOf(error)}): nothing of it remains in the database.`;
    throw new MigrationError('failed', sentence, error);
  }
}

/** A server's own words, without the detail that repeats values, or a system error's code. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown reason';
  const { code } = error as { code?: unknown };
  return error.message || (typeof code === 'string' ? code : error.name);
}

function unfinished(name: string): MigrationError {
  const sentence = `Migration ${name} is recorded as begun but not finished: mend the database, then run \`prisma migrate resolve\`.`;
  return new MigrationError('unfinished', sentence);
}

function notKnown(name: string): MigrationError {
  const sentence = `The database has migration ${name}, which this build does not know: start the build that applied it, or a newer one.`;
  return new MigrationError('unknown', sentence);
}

function changed(name: string): MigrationError {
  const sentence = `Migration ${name} was applied with another content than its file has now: restore the file and put the change into a new migration.`;
  return new MigrationError('changed', sentence);
}
