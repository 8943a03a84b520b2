// The data folder: made once, completely or not at all, with an owner role that is no superuser and one database.
// Speaks to PostgreSQL in single-user mode, so that the superuser never needs a way in over the socket.
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Binaries } from './binaries.js';
import { EmbeddedDatabaseError, diskFull } from './errors.js';
import { runInitdb } from './initdb.js';
import { dataOf, ownFolder, type Place } from './place.js';
import { singleUserArguments } from './settings.js';
import { runTool } from './tool.js';
import { DATABASE, OWNER, SUPERUSER, type Transport } from './transport.js';

// CREATEDB: tests and `prisma migrate dev` make databases beside ours. The self grant lets the owner's connection take
// the service's role, which PostgreSQL 16 and later no longer allow to the creator of a role by itself.
const BOOTSTRAP = [
  `CREATE ROLE ${OWNER} LOGIN CREATEROLE CREATEDB`,
  `ALTER ROLE ${OWNER} SET createrole_self_grant = 'set'`,
  `CREATE DATABASE ${DATABASE} OWNER ${OWNER}`,
];
const DRAFT = 'data.new-';

/** True when there is none yet. */
export function isNewCluster(place: Place): boolean {
  return !existsSync(dataOf(place));
}

/** @throws EmbeddedDatabaseError when it cannot be made, or was made by another major version. */
export async function ensureCluster(place: Place, binaries: Binaries): Promise<void> {
  removeDrafts(place);
  if (isNewCluster(place)) return createCluster(place, binaries);
  const version = readFileSync(join(dataOf(place), 'PG_VERSION'), 'utf8').trim();
  if (version === binaries.major) return;
  const sentence = `The database in ${dataOf(place)} was made by PostgreSQL ${version}, but this build brings ${binaries.major}: move the data with the earlier build's pg_dump, or run a PostgreSQL ${version} and set DATABASE_URL.`;
  throw new EmbeddedDatabaseError('wrong_version', sentence);
}

/** The password of this run. Nothing is stored: the next run sets another. */
export async function setOwnerPassword(place: Place, binaries: Binaries, transport: Transport): Promise<void> {
  if (transport.kind !== 'loopback') return;
  // The token's alphabet is letters, digits and underscores.
  await runSql({ place, binaries, folder: dataOf(place) }, [`ALTER ROLE ${OWNER} PASSWORD '${transport.password}'`]);
}

async function createCluster(place: Place, binaries: Binaries): Promise<void> {
  const folder = mkdtempSync(join(place.folder, DRAFT));
  try {
    ownFolder(folder, place.account);
    const args = ['-D', folder, '-U', SUPERUSER, '--encoding=UTF8', '--locale=C', '--auth=reject', '--no-instructions'];
    const { code, stderr } = await runInitdb(place, binaries, args);
    if (code !== 0) throw notCreated(place, stderr);
    await runSql({ place, binaries, folder }, BOOTSTRAP);
    renameSync(folder, dataOf(place));
    syncFolder(place.folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface SingleUser {
  readonly place: Place;
  readonly binaries: Binaries;
  readonly folder: string;
}

/** One statement a line. */
async function runSql(target: SingleUser, statements: readonly string[]): Promise<void> {
  const { place, binaries, folder } = target;
  const input = `${statements.join('\n')}\n`;
  const args = singleUserArguments(folder);
  const { code, stderr } = await runTool({ program: binaries.postgres, args, account: place.account, input });
  if (code !== 0) throw notCreated(place, stderr);
}

/** A rename is durable only when its folder is. Windows has no such call and needs none. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

/** What a creation left that was killed; it may still be running, and fails when its folder goes. */
function removeDrafts(place: Place): void {
  for (const name of readdirSync(place.folder)) {
    if (name.startsWith(DRAFT)) rmSync(join(place.folder, name), { recursive: true, force: true });
  }
}

function notCreated(place: Place, output: string): EmbeddedDatabaseError {
  if (/No space left on device|Disk quota exceeded/.test(output)) return diskFull(place.folder, output);
  const why = /(?:error|FATAL|PANIC):\s+(.+)/.exec(output)?.[1] ?? output.split('\n')[0];
  const sentence = `The embedded database could not be made in ${place.folder} (${why}): name another folder in DATA_DIR, or set DATABASE_URL.`;
  return new EmbeddedDatabaseError('not_started', sentence, output);
}
