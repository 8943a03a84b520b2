// Allows one running service for each data folder, on every platform, although Node has no flock(). The holder is the
// live process of the highest `postgres.lock.<n>`. A process claims the lock by creating the next number, which only
// one can. The highest file is never deleted, so a late claim on an old number fails. Not for folders shared between
// machines.
import { linkSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedDatabaseError, codeOf } from './errors.js';
import { identityOf, isSameProcess } from './processes.js';

const NAME = /^postgres\.lock\.(\d{1,15})$/;
// File systems without hard links (exFAT, some network mounts) return one of these.
const NO_LINKS = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'EINVAL']);

interface Holder {
  readonly pid: number;
  readonly identity: string | null;
  readonly released: boolean;
}

export interface StartLock {
  /** The end of the process releases it too. */
  release(): void;
}

/** @throws EmbeddedDatabaseError `in_use` while another live process holds the lock of this folder. */
export function acquireStartLock(dataDir: string): StartLock {
  for (;;) {
    const number = highest(dataDir);
    refuseIfHeld(dataDir, number);
    const claimed = claim(dataDir, number + 1);
    if (claimed && highest(dataDir) === number + 1) return held(dataDir, number + 1);
    if (claimed) rmSync(pathOf(dataDir, number + 1), { force: true });
  }
}

function held(dataDir: string, number: number): StartLock {
  for (const older of numbers(dataDir)) if (older < number) rmSync(pathOf(dataDir, older), { force: true });
  return { release: () => release(dataDir, number) };
}

/**
 * Replaced by a rename, never emptied. If the folder is gone or the disk is full, the end of the process releases the
 * lock.
 */
function release(dataDir: string, number: number): void {
  try {
    renameSync(written(dataDir, true), pathOf(dataDir, number));
  } catch {
    rmSync(draftOf(dataDir), { force: true });
  }
}

function refuseIfHeld(dataDir: string, number: number): void {
  const holder = number === 0 ? null : readHolder(pathOf(dataDir, number));
  if (holder === null || holder.released || !isSameProcess(holder.pid, holder.identity)) return;
  throw new EmbeddedDatabaseError(
    'in_use',
    `Another process (${holder.pid}) already runs the embedded database in ${dataDir}: stop it, or name another folder in DATA_DIR.`,
  );
}

/**
 * False if another process was first. The file appears with its content or not at all, if the file system has links.
 */
function claim(dataDir: string, number: number): boolean {
  const draft = draftOf(dataDir);
  try {
    linkSync(written(dataDir, false), pathOf(dataDir, number));
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (!NO_LINKS.has(codeOf(error) ?? '')) throw error;
    return claimWithoutLinks(draft, pathOf(dataDir, number));
  } finally {
    rmSync(draft, { force: true });
  }
}

function claimWithoutLinks(draft: string, path: string): boolean {
  try {
    writeFileSync(path, readFileSync(draft), { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function written(dataDir: string, released: boolean): string {
  const draft = draftOf(dataDir);
  const holder: Holder = { pid: process.pid, identity: identityOf(process.pid), released };
  writeFileSync(draft, JSON.stringify(holder), { mode: 0o644 });
  return draft;
}

/** Null if the file was deleted meanwhile. */
function readHolder(path: string): Holder | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    if (!(error instanceof SyntaxError)) throw error;
    const sentence = `${path} is damaged, so it is not known whether the embedded database is in use: delete that file if nothing else runs there.`;
    throw new EmbeddedDatabaseError('in_use', sentence, error);
  }
}

function highest(dataDir: string): number {
  return Math.max(0, ...numbers(dataDir));
}

function numbers(dataDir: string): number[] {
  return readdirSync(dataDir).flatMap((name) => {
    const match = NAME.exec(name);
    return match ? [Number(match[1])] : [];
  });
}

function draftOf(dataDir: string): string {
  return join(dataDir, `postgres.lock-draft.${process.pid}`);
}

function pathOf(dataDir: string, number: number): string {
  return join(dataDir, `postgres.lock.${number}`);
}
