// Where the database is and as which user it runs: usually DATA_DIR/postgres and the current user. PostgreSQL refuses
// to run as root, so root runs it as the system user `nobody`, or as the owner of an existing database. If that user
// cannot reach DATA_DIR (a home of mode 0700), or DATA_DIR has no file modes, another folder is used and recorded in
// DATA_DIR.
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedDatabaseError, codeOf } from './errors.js';
import { isReachable, isRoot, type Account } from './reach.js';

export interface Place {
  /** Settings and binaries, owned by us. Only `data` and `run` in it belong to the account. */
  readonly folder: string;
  /** The user PostgreSQL runs as. Null: the user of this process. */
  readonly account: Account | null;
}

export const dataOf = (place: Place): string => join(place.folder, 'data');
export const runOf = (place: Place): string => join(place.folder, 'run');

const UNPRIVILEGED: Account = { uid: 65534, gid: 65534 };

/** @throws EmbeddedDatabaseError if no folder is suitable, or if an existing database cannot be reached. */
export function choosePlace(dataDir: string): Place {
  const recorded = readRecord(dataDir);
  const usual = join(dataDir, 'postgres');
  const known = recorded ?? usual;
  if (recorded !== null && !existsSync(recorded)) throw dataLost(dataDir, recorded);
  if (existsSync(join(known, 'data'))) return reopen(known);
  const account = isRoot() ? UNPRIVILEGED : null;
  if (isFit(known, account)) return { folder: known, account };
  const folder = elsewhere(dataDir, account);
  writeFileSync(recordOf(dataDir), `${folder}\n`, { mode: 0o644 });
  return { folder, account };
}

/** Creates a folder inside the place that only the account can use. */
export function ownFolder(path: string, account: Account | null): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (account !== null) chownSync(path, account.uid, account.gid);
  chmodSync(path, 0o700);
}

function reopen(folder: string): Place {
  const { uid, gid } = statSync(join(folder, 'data'));
  if (!isRoot()) {
    if (process.getuid !== undefined && uid !== process.getuid()) throw wrongOwner(folder, uid);
    return { folder, account: null };
  }
  const account = { uid, gid };
  if (uid === 0 || !isReachable(folder, account)) throw outOfReach(folder, uid);
  return { folder, account };
}

/** True if the account can reach it and modes and owners work there. Otherwise leaves nothing behind. */
function isFit(folder: string, account: Account | null): boolean {
  const isNew = mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined;
  if (isNew && account !== null) chmodSync(folder, 0o711);
  if (isReachable(folder, account) && keepsModes(join(folder, 'run'), account)) return true;
  rmSync(isNew ? folder : join(folder, 'run'), { recursive: true, force: true });
  return false;
}

function keepsModes(folder: string, account: Account | null): boolean {
  try {
    ownFolder(folder, account);
  } catch (error) {
    if (codeOf(error) === 'EPERM') return false;
    throw error;
  }
  if (process.platform === 'win32') return true;
  const { uid, mode } = statSync(folder);
  return (mode & 0o777) === 0o700 && uid === (account?.uid ?? process.getuid?.());
}

function elsewhere(dataDir: string, account: Account | null): string {
  const bases = isRoot()
    ? ['/var/lib/countersign-', '/var/tmp/countersign-']
    : [join(homedir(), '.countersign-'), '/var/tmp/countersign-'];
  for (const base of bases) {
    const folder = madeAt(base, account);
    if (folder !== null && isFit(folder, account)) return folder;
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
  }
  throw outOfReach(dataDir, account?.uid);
}

/** A folder with a random suffix, so that a database of an earlier DATA_DIR is never used by mistake. */
function madeAt(base: string, account: Account | null): string | null {
  try {
    const folder = mkdtempSync(base);
    if (account !== null) chmodSync(folder, 0o711);
    return folder;
  } catch {
    return null;
  }
}

const recordOf = (dataDir: string): string => join(dataDir, 'postgres.place');

function readRecord(dataDir: string): string | null {
  return existsSync(recordOf(dataDir)) ? readFileSync(recordOf(dataDir), 'utf8').trim() : null;
}

function dataLost(dataDir: string, folder: string): EmbeddedDatabaseError {
  const sentence =
    `The database of ${dataDir} was in ${folder}, which is gone: put it back, or delete ${dataDir} to ` +
    'start again.';
  return new EmbeddedDatabaseError('data_lost', sentence);
}

function wrongOwner(folder: string, uid: number): EmbeddedDatabaseError {
  const sentence = `The database in ${folder} belongs to the user with id ${uid}: start the service as that user, or name another folder in DATA_DIR.`;
  return new EmbeddedDatabaseError('wrong_owner', sentence);
}

function outOfReach(folder: string, uid: number | undefined): EmbeddedDatabaseError {
  const who = uid === undefined ? 'this user' : `the user with id ${uid}, as which root has to run PostgreSQL,`;
  const sentence =
    `No folder can be used for the embedded database: ${who} cannot own or reach ${folder}. Start the ` +
    'service as an ordinary user, name another folder in DATA_DIR, or set DATABASE_URL.';
  return new EmbeddedDatabaseError('unusable_folder', sentence);
}
