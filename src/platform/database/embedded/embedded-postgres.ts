// A PostgreSQL in a folder: started as a child process, durable, reachable by this user only, recovered after any
// crash. One service for each folder. For one machine; for several, or for production, see DATABASE_URL.
import { realpathSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { prepareBinaries } from './binaries.js';
import { ensureCluster, isNewCluster, setOwnerPassword } from './cluster.js';
import { readConnection } from './connection-file.js';
import { makeDataFolder } from './data-folder.js';
import { asFolderError, type EmbeddedDatabaseError } from './errors.js';
import { clearLeftovers } from './leftovers.js';
import { choosePlace } from './place.js';
import type { Launch } from './postmaster.js';
import { RunningServer } from './running-server.js';
import { serverArguments } from './settings.js';
import { acquireStartLock, type StartLock } from './start-lock.js';
import { defaultTransport, isListening, openTransport, ownerUrl, type TransportKind } from './transport.js';

export { EmbeddedDatabaseError } from './errors.js';

export interface EmbeddedPostgres {
  /** Connects as the owner of the database, who is not a superuser. */
  readonly ownerUrl: string;
  /** The data folder: inside `dataDir`, or elsewhere if that cannot be used. */
  readonly place: string;
  /** Resolves with a sentence if the server ends without a call of `stop`. */
  readonly lost: Promise<EmbeddedDatabaseError>;
  /** Fast shutdown. Can be called twice. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  readonly dataDir: string;
  /** Sentences for the operator: first start, recovery, an unusual place. */
  readonly log: (line: string) => void;
  /** Default: that of the platform. */
  readonly transport?: TransportKind;
  /** Default: true. False is for tests that delete the folder: a crash of the machine loses the data, commits are faster. */
  readonly isDurable?: boolean;
}

/** @throws EmbeddedDatabaseError with one sentence for the operator. */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  try {
    makeDataFolder(resolve(options.dataDir));
    const dataDir = realpathSync(options.dataDir);
    const lock = acquireStartLock(dataDir);
    return await start({ ...options, dataDir }, lock).catch((error: unknown) => {
      lock.release();
      throw error;
    });
  } catch (error) {
    throw asFolderError(error, resolve(options.dataDir));
  }
}

/**
 * The database of a service that runs on `dataDir`. Null if none runs.
 * @throws EmbeddedDatabaseError if this user has no access.
 */
export async function findRunningEmbedded(dataDir: string): Promise<{ ownerUrl: string } | null> {
  try {
    const connection = readConnection(resolve(dataDir));
    return connection !== null && (await isListening(connection.ownerUrl)) ? { ownerUrl: connection.ownerUrl } : null;
  } catch (error) {
    throw asFolderError(error, resolve(dataDir));
  }
}

async function start(options: EmbeddedOptions, lock: StartLock): Promise<EmbeddedPostgres> {
  const { dataDir, log } = options;
  const place = choosePlace(dataDir);
  if (!place.folder.startsWith(dataDir + sep)) {
    const user =
      place.account === null ? 'this user' : `the user with id ${place.account.uid}, as which root runs PostgreSQL,`;
    log(`The database is in ${place.folder}, because ${user} cannot use a folder in ${dataDir}.`);
  }
  const binaries = await prepareBinaries(place);
  const lastUrl = readConnection(dataDir)?.ownerUrl ?? null;
  const stalePid = await clearLeftovers({ place, binaries, lastUrl, log });
  if (isNewCluster(place)) log(`Making a database in ${place.folder}.`);
  await ensureCluster(place, binaries);
  const transport = await openTransport(place, options.transport ?? defaultTransport());
  await setOwnerPassword(place, binaries, transport);
  const args = serverArguments(place, transport, options.isDurable ?? true);
  const launch: Launch = { place, binaries, args, logFile: join(dataDir, 'postgres.log'), stalePid };
  const server = new RunningServer({ dataDir, launch, lock, ownerUrl: ownerUrl(transport), log });
  await server.start();
  return server;
}
