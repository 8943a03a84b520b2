// Applies the migrations of this build. Several processes can run it at the same time, beside a running service: each
// migration is applied once, completely or not at all. Keeps Prisma's own record, so that `prisma migrate` agrees.
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { compareWith, MigrationError, reasonOf, type Migration } from './migration-record.js';

export interface MigrationOptions {
  /** A role that can change tables. */
  readonly ownerUrl: string;
  /** Usually `prisma/migrations`. */
  readonly directory: string;
  readonly log: (line: string) => void;
}

// The schema engine's lock key: `prisma migrate deploy` and this runner wait for each other.
const ADVISORY_LOCK = 72707369;
const LOCK_PATIENCE = '120s';
const CONNECT_TIMEOUT_MS = 10_000;
// While a change of a table waits for its lock, later statements on that table wait behind it. So it gives up soon,
// lets the service work, and retries.
const TABLE_LOCK_TIMEOUT = '1s';
const TRIES = 60;
const PAUSE_MS = 500;
// Lock not available, deadlock: another transaction was in the way.
const IN_THE_WAY = /^(55P03|40P01)$/;

// The same columns that the schema engine creates. Times are the server's clock, as in Prisma; no rule of the service
// reads them.
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
 * Applies the missing migrations in order, and returns the names that this call applied.
 * @throws MigrationError
 */
export async function applyMigrations(options: MigrationOptions): Promise<{ applied: string[] }> {
  const client = await connected(options.ownerUrl);
  try {
    await takeLock(client, options.log);
    await client.query(RECORD);
    const missing = await compareWith(client, options.directory);
    for (const migration of missing) {
      options.log(`Applying migration ${migration.name}.`);
      await apply(client, migration);
    }
    return { applied: missing.map(({ name }) => name) };
  } finally {
    // Also releases the lock.
    await client.end();
  }
}

async function connected(ownerUrl: string): Promise<pg.Client> {
  const settings = { application_name: 'countersign-migrations', connectionTimeoutMillis: CONNECT_TIMEOUT_MS };
  try {
    const client = new pg.Client({ connectionString: ownerUrl, ...settings });
    // A connection that breaks while idle fails the next query. Without a listener it would end the process.
    client.on('error', () => undefined);
    await client.connect();
    // Overrides the login's defaults: a migration may be slow, and is on disk when it is reported.
    await client.query('SET statement_timeout = 0; SET synchronous_commit = on');
    return client;
  } catch (error) {
    throw new MigrationError('unreachable', `The owner's database connection failed (${reasonOf(error)}).`, error);
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
    const sentence =
      `Another process has held the migration lock for ${LOCK_PATIENCE} (${reasonOf(error)}): check it, ` +
      'then start again.';
    throw new MigrationError('busy', sentence, error);
  }
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await applyOnce(client, migration);
      return;
    } catch (error) {
      if (tries === TRIES || !IN_THE_WAY.test(String((error as { code?: unknown }).code)))
        throw failed(migration, error);
      await client.query('ROLLBACK');
      await sleep(PAUSE_MS);
    }
  }
}

async function applyOnce(client: pg.Client, migration: Migration): Promise<void> {
  await client.query(`BEGIN; SET LOCAL lock_timeout = '${TABLE_LOCK_TIMEOUT}'`);
  await client.query(migration.sql);
  await client.query(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
     VALUES (gen_random_uuid(), $1, $2, clock_timestamp(), 1)`,
    [migration.checksums[0], migration.name],
  );
  await client.query('COMMIT');
}

function failed({ name }: Migration, error: unknown): MigrationError {
  const sentence = `Migration ${name} failed and was rolled back (${reasonOf(error)}): it has changed nothing.`;
  return new MigrationError('failed', sentence, error);
}
