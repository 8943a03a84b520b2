// Cleans up after a killed service: stops its PostgreSQL and removes its socket folder. Never touches a process that is
// not a server of this place, nor PostgreSQL's own lock file. Call it with the start lock held.
import type { Binaries } from './binaries.js';
import { EmbeddedDatabaseError } from './errors.js';
import { dataOf, type Place } from './place.js';
import { readPostmasterFile } from './postmaster-file.js';
import { stopPostmaster } from './postmaster.js';
import { commandOf, isAlive } from './processes.js';
import { forgetSocketFolder, isListening } from './transport.js';

export interface Leftovers {
  readonly place: Place;
  readonly binaries: Binaries;
  /** The address of the last run, if it did not end in order. */
  readonly lastUrl: string | null;
  readonly log: (line: string) => void;
}

/**
 * Returns the process id in PostgreSQL's lock file, or null. It is not a live server of this place: another process has
 * the id now, or it waits to be reaped.
 * @throws EmbeddedDatabaseError `in_use` if a server of this place cannot be stopped.
 */
export async function clearLeftovers(leftovers: Leftovers): Promise<number | null> {
  const { place, lastUrl } = leftovers;
  const pid = readPostmasterFile(dataOf(place))?.pid;
  if (pid !== undefined && isAlive(pid) && (await isServerOf(leftovers, pid))) await stopOrphan(leftovers, pid);
  await refuseUnseenServer(leftovers);
  if (lastUrl !== null) forgetSocketFolder(lastUrl);
  return readPostmasterFile(dataOf(place))?.pid ?? null;
}

async function isServerOf({ place, lastUrl }: Leftovers, pid: number): Promise<boolean> {
  const command = commandOf(pid);
  if (command !== null) return command.includes(` -D ${dataOf(place)} -c `);
  return lastUrl !== null && (await isListening(lastUrl));
}

async function stopOrphan({ place, binaries, log }: Leftovers, pid: number): Promise<void> {
  log(`Stopping PostgreSQL (process ${pid}), which an earlier service left running.`);
  if (await stopPostmaster(pid, binaries)) return;
  const sentence =
    `PostgreSQL (process ${pid}) still runs on ${dataOf(place)} and cannot be stopped from here: stop ` +
    'it, then start again.';
  throw new EmbeddedDatabaseError('in_use', sentence);
}

/** A socket answers across containers that share the folder, where process ids mean nothing. A port proves nothing. */
async function refuseUnseenServer({ place, lastUrl }: Leftovers): Promise<void> {
  if (lastUrl === null || !new URL(lastUrl).searchParams.has('host') || !(await isListening(lastUrl))) return;
  const sentence = `A PostgreSQL that this process cannot see, perhaps in another container, runs on ${dataOf(place)}: stop it, or name another folder in DATA_DIR.`;
  throw new EmbeddedDatabaseError('in_use', sentence);
}
