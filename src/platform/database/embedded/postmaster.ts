// The running server process. It is detached from the signals of our terminal, and ready when this returns. A fast
// shutdown stops it: open transactions are rolled back, and everything committed is on disk.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Binaries } from './binaries.js';
import { EmbeddedDatabaseError, diskFull } from './errors.js';
import { dataOf, type Place } from './place.js';
import { readPostmasterFile } from './postmaster-file.js';
import { isAlive } from './processes.js';
import { ServerLog } from './server-log.js';
import { CLEAN_ENVIRONMENT } from './tool.js';

export interface Launch {
  readonly place: Place;
  readonly binaries: Binaries;
  readonly args: readonly string[];
  readonly logFile: string;
  /** The id in `postmaster.pid`, which is not a live server of this place. PostgreSQL is told to ignore it. */
  readonly stalePid: number | null;
}

export interface Postmaster {
  readonly pid: number;
  /** Resolves when the process has ended, for any reason. */
  readonly exited: Promise<void>;
  hasExited(): boolean;
  /** PostgreSQL's own words, or null. */
  reason(): string | null;
}

const POLL_MS = 20;
/** After a crash PostgreSQL replays up to `max_wal_size` of log before it is ready. */
const READY_MS = 180_000;
const FAST_MS = 15_000;
const IMMEDIATE_MS = 5_000;

/** @throws EmbeddedDatabaseError `not_started` if the process could not be started. */
export function launchPostmaster(launch: Launch): Postmaster {
  const log = new ServerLog(launch.logFile);
  // PG_GRANDPARENT_PID: the only way to make PostgreSQL ignore an id while it still looks for surviving processes.
  const reused = launch.stalePid === null ? {} : { PG_GRANDPARENT_PID: String(launch.stalePid) };
  const child = spawn(launch.binaries.postgres, launch.args, {
    ...launch.place.account,
    cwd: dataOf(launch.place),
    env: { ...CLEAN_ENVIRONMENT, ...reused },
    stdio: ['ignore', log.descriptor, log.descriptor],
    // A session of its own: Ctrl-C reaches the service only, which then stops this in order.
    detached: true,
    windowsHide: true,
  });
  child.unref();
  log.close();
  return watched(child, launch.place, log);
}

/** @throws EmbeddedDatabaseError `not_started` or `disk_full` with PostgreSQL's reason. */
export async function waitUntilReady(postmaster: Postmaster, place: Place): Promise<void> {
  for (let waited = 0; waited < READY_MS; waited += POLL_MS) {
    if (postmaster.hasExited()) throw notStarted(place, postmaster.reason());
    const file = readPostmasterFile(dataOf(place));
    if (file?.pid === postmaster.pid && file.isReady) return;
    await sleep(POLL_MS);
  }
  throw notStarted(place, `not ready after ${READY_MS / 1000} s`);
}

export type Shutdown = 'fast' | 'immediate';

/** Requests a shutdown and returns immediately. False if the process has ended or is not ours to stop. */
export function signalPostmaster(pid: number, how: Shutdown, binaries: Binaries): boolean {
  const signal = how === 'fast' ? 'INT' : 'QUIT';
  if (process.platform === 'win32') {
    return spawnSync(binaries.pgCtl, ['kill', signal, String(pid)], { windowsHide: true }).status === 0;
  }
  try {
    return process.kill(pid, `SIG${signal}`);
  } catch {
    return false;
  }
}

/** Stops a server: fast shutdown, then immediate. True when it has ended. */
export async function stopPostmaster(pid: number, binaries: Binaries): Promise<boolean> {
  signalPostmaster(pid, 'fast', binaries);
  if (await isGone(pid, FAST_MS)) return true;
  signalPostmaster(pid, 'immediate', binaries);
  return isGone(pid, IMMEDIATE_MS);
}

async function isGone(pid: number, patienceMs: number): Promise<boolean> {
  for (let waited = 0; waited < patienceMs; waited += POLL_MS) {
    if (!isAlive(pid)) return true;
    await sleep(POLL_MS);
  }
  return !isAlive(pid);
}

function watched(child: ChildProcess, place: Place, log: ServerLog): Postmaster {
  let hasExited = false;
  const { pid } = child;
  const exited = new Promise<void>((resolve) => {
    const gone = (): void => {
      hasExited = true;
      resolve();
    };
    child.once('exit', gone).once('error', gone);
  });
  if (pid === undefined) throw notStarted(place, 'the program could not be started');
  return { pid, exited, hasExited: () => hasExited, reason: () => log.reason() };
}

function notStarted(place: Place, reason: string | null): EmbeddedDatabaseError {
  if (reason !== null && /No space left on device|Disk quota exceeded/.test(reason))
    return diskFull(place.folder, reason);
  const sentence = `The embedded database in ${place.folder} did not start (${reason ?? 'it gave no reason'}): its log is postgres.log in DATA_DIR.`;
  return new EmbeddedDatabaseError('not_started', sentence);
}
