// Opens key ring, database and structure before Nest, for the service and the admin commands. A refusal is one
// sentence. In production the structure is checked and never changed (ADR 0026).
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from './clock/clock.js';
import type { Settings } from './config/settings.js';
import { KeyRing } from './crypto/key-ring.js';
import { Database } from './database/database.js';
import {
  findRunningEmbedded,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from './database/embedded/embedded-postgres.js';
import { SERVICE_ROLE } from './database/service-role.js';
import { OperatorError } from './errors/operator-error.js';
import { keepOrCreate } from './files.js';
import { keysAtStart } from './keys/keys-at-start.js';
import type { Log } from './logging/log.js';
import type { Platform } from './platform.module.js';
import { HighWater } from './rollback/high-water.js';
import { checkDatabase, migrateDatabase } from './structure.js';

export interface OpenOptions {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Log;
  /** Folder of package.json, with the migrations. */
  readonly root: string;
  /** Lines for the person who started the program. */
  readonly say: (line: string) => void;
  /** Admin commands use the embedded database of a running service. The service itself must be the only one. */
  readonly mayJoin: boolean;
  /** `off` for specs: a commit need not be on disk before the answer. */
  readonly synchronousCommit?: 'on' | 'off' | undefined;
}

export interface OpenPlatform extends Platform {
  /** The embedded database, if this process runs it. */
  readonly embedded: EmbeddedPostgres | null;
  close(): Promise<void>;
}

export async function openPlatform(options: OpenOptions): Promise<OpenPlatform> {
  const { settings, clock, log } = options;
  // First of all: the embedded database creates DATA_DIR, with the modes that its user needs.
  const { embedded, ...logins } = await databaseOf(options);
  const { serviceUrl } = logins;
  try {
    const keyRing = KeyRing.parse(settings.KEY_RING ?? generatedKeyRing(settings.DATA_DIR));
    if (settings.NODE_ENV === 'production') await checkDatabase(options.root, serviceUrl, !options.mayJoin);
    else await migrateDatabase(options, logins);
    const database = openDatabase(options, serviceUrl);
    const highWater = new HighWater({
      database,
      clock,
      log,
      folder: settings.HIGH_WATER_DIR ?? settings.DATA_DIR,
      demandsMark: settings.NODE_ENV === 'production',
    });
    const isAlone = embedded !== null;
    const keys = await keysAtStart({ database, keyRing, clock, log, isAlone }).catch(async (error: unknown) => {
      await database.close();
      throw error;
    });
    const close = async () => {
      keys.stop();
      await highWater.stop();
      await database.close();
      await embedded?.stop();
    };
    return { settings, clock, log, keyRing, binder: keys.binder, database, highWater, embedded, close };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

function openDatabase({ settings, log, synchronousCommit }: OpenOptions, url: string): Database {
  return new Database({
    url,
    poolSize: settings.DATABASE_POOL_SIZE,
    role: SERVICE_ROLE,
    synchronousCommit,
    log,
    watchesTransactions: settings.NODE_ENV === 'test',
  });
}

/**
 * The command `migrate`, the only use of the owner's login. Nothing to apply is no error.
 * @throws MigrationError, OperatorError
 */
export async function migrate(options: OpenOptions): Promise<{ applied: string[] }> {
  const { MIGRATION_DATABASE_URL: ownerUrl, DATABASE_URL: serviceUrl = null } = options.settings;
  if (ownerUrl !== undefined) return migrateDatabase(options, { ownerUrl, serviceUrl });
  const { embedded, ...logins } = await databaseOf(options);
  try {
    return await migrateDatabase(options, logins);
  } finally {
    await embedded?.stop();
  }
}

async function databaseOf({ settings, say, mayJoin }: OpenOptions) {
  const { DATABASE_URL: url, DATA_DIR: dataDir } = settings;
  if (url !== undefined) return { ownerUrl: settings.MIGRATION_DATABASE_URL ?? url, serviceUrl: url, embedded: null };
  const running = mayJoin ? await findRunningEmbedded(dataDir) : null;
  if (running) return { ownerUrl: running.ownerUrl, serviceUrl: running.ownerUrl, embedded: null };
  const embedded = await startEmbeddedPostgres({ dataDir, log: say });
  return { ownerUrl: embedded.ownerUrl, serviceUrl: embedded.ownerUrl, embedded };
}

function generatedKeyRing(dataDir: string): string {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    return keepOrCreate(join(dataDir, 'key-ring.json'), () => KeyRing.generate());
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new OperatorError(
      `DATA_DIR ${dataDir} cannot hold the key ring (${code}): name another folder, or set KEY_RING.`,
    );
  }
}
