// Creates the data folder once, completely or not at all, with one database and an owner role that is not a superuser.
// Uses PostgreSQL's single-user mode, so that the superuser needs no access over the socket.
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

// CREATEDB: tests and `prisma migrate dev` create databases beside this one. The self grant lets the owner's connection
// take the service's role. PostgreSQL 16 and later no longer allow that to the creator of a role by default.
const BOOTSTRAP = [
  `CREATE ROLE ${OWNER} LOGIN CREATEROLE CREATEDB`,
  `ALTER ROLE ${OWNER} SET createrole_self_grant = 'set'`,
  `CREATE DATABASE ${DATABASE} OWNER ${OWNER}`,
];
const DRAFT = 'data.new-';

/** True if there is none yet. */
export function isNewCluster(place: Place): boolean {
  return !existsSync(dataOf(place));
}

/** @throws EmbeddedDatabaseError if it cannot be created, or was created by another major version. */
export async function ensureCluster(place: Place, binaries: Binaries): Promise<void> {
  removeDrafts(place);
  if (isNewCluster(place)) return createCluster(place, binaries);
  const version = readFileSync(join(dataOf(place), 'PG_VERSION'), 'utf8').trim();
  if (version === binaries.major) return;
  const sentence =
    `The database in ${dataOf(place)} was made by PostgreSQL ${version}, but this build has ` +
    `${binaries.major}. Move the data with the earlier build's pg_dump, or run a PostgreSQL ${version} ` +
    'and set DATABASE_URL.';
  throw new EmbeddedDatabaseError('wrong_version', sentence);
}

/** The password of this run. It is not stored: the next run sets another. */
export async function setOwnerPassword(place: Place, binaries: Binaries, transport: Transport): Promise<void> {
  if (transport.kind !== 'loopback') return;
  // The token's alphabet has no characters that need quoting.
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

/** A rename is durable only once its folder is synced. Windows has no such call and needs none. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

/** Remains of a killed creation. It may still be running, and fails when its folder is removed. */
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
