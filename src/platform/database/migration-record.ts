// Compares the migrations of a build (`prisma/migrations`) with Prisma's record in the database. Differences are
// refused. Migrations cannot be reverted.
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';

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

// A folder of this name removes something, so that older builds no longer work. All others only add.
const TAKES_AWAY = /^\d+_contract(_|$)/;

/**
 * The migrations to apply, in order. Migrations of a newer build are accepted if the database has all of this build.
 * During an upgrade, old instances restart beside new ones.
 * @throws MigrationError if this build cannot work with the database.
 */
export function missingMigrations(files: readonly Migration[], record: readonly RecordedMigration[]): Migration[] {
  for (const { name, checksum, isFinished } of record) {
    const file = files.find((candidate) => candidate.name === name);
    if (!isFinished) throw unfinished(name);
    if (file && !file.checksums.includes(checksum)) throw changed(name);
  }
  const recorded = new Set(record.map(({ name }) => name));
  const missing = files.filter(({ name }) => !recorded.has(name));
  refuseUnknown(files, record, missing.length > 0);
  return missing;
}

function refuseUnknown(files: readonly Migration[], record: readonly RecordedMigration[], isIncomplete: boolean): void {
  const known = new Set(files.map(({ name }) => name));
  const unknown = record.map(({ name }) => name).filter((name) => !known.has(name));
  const refused = isIncomplete ? unknown[0] : unknown.find((name) => TAKES_AWAY.test(name));
  if (refused !== undefined) throw notKnown(refused);
}

/** Compares the migrations of a build with the record of a database. */
export async function compareWith(client: pg.Client, directory: string): Promise<Migration[]> {
  const files = await readMigrations(directory);
  return missingMigrations(await withChecksums(client, files), await readRecord(client));
}

export type MigrationFile = Omit<Migration, 'checksums'>;

export async function readMigrations(directory: string): Promise<MigrationFile[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    // By code unit, as Prisma sorts. The order of a locale would differ between machines.
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

/**
 * The server computes the digests that its record is compared with. Both line endings count, as in Prisma, since Git
 * may change them on checkout.
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

/** A server's message without the detail, which repeats values, or a system error's code. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown reason';
  const { code } = error as { code?: unknown };
  return error.message || (typeof code === 'string' ? code : error.name);
}

function unfinished(name: string): MigrationError {
  const sentence =
    `Migration ${name} is recorded as started but not finished: mend the database, then run \`prisma ` +
    'migrate resolve`.';
  return new MigrationError('unfinished', sentence);
}

function notKnown(name: string): MigrationError {
  const sentence = `The database has migration ${name}, which this build does not know: start the build that applied it, or a newer one.`;
  return new MigrationError('unknown', sentence);
}

function changed(name: string): MigrationError {
  const sentence =
    `Migration ${name} was applied with another content than its file has now: restore the file and put ` +
    'the change into a new migration.';
  return new MigrationError('changed', sentence);
}
