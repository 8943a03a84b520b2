// Whether a process named in a file still runs, and is the same one. Process ids are reused, after a reboot or
// immediately in a new container. If the system does not tell (Windows), a live id counts as the same process.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { codeOf } from './errors.js';

/** True for a running process of any user. False for an ended one that waits to be reaped. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
  return statOf(pid)?.state !== 'Z';
}

/** Boot and start time: differs between two processes with the same id. Null if unknown. */
export function identityOf(pid: number): string | null {
  if (process.platform === 'win32') return null;
  if (process.platform !== 'linux') return ps(pid, 'lstart=');
  const stat = statOf(pid);
  return stat === null ? null : `${read('/proc/sys/kernel/random/boot_id') ?? ''} ${stat.startTicks}`;
}

/** True unless `pid` is known to have ended, or to be another process than that of `identity`. */
export function isSameProcess(pid: number, identity: string | null): boolean {
  if (!isAlive(pid)) return false;
  const current = identityOf(pid);
  return identity === null || current === null || current === identity;
}

/** The command line with its arguments, to search in. Null if unknown. */
export function commandOf(pid: number): string | null {
  if (process.platform === 'win32') return null;
  if (process.platform !== 'linux') return ps(pid, 'command=');
  return read(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ') ?? null;
}

/**
 * From /proc/<pid>/stat (proc_pid_stat(5)): the name in brackets can hold any character, so fields are counted from the
 * end.
 */
export function parseStat(text: string): { state: string; startTicks: string } | null {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, startTicks] = [fields[0], fields[19]];
  return state !== undefined && startTicks !== undefined ? { state, startTicks } : null;
}

function statOf(pid: number): { state: string; startTicks: string } | null {
  const text = process.platform === 'linux' ? read(`/proc/${pid}/stat`) : null;
  return text === null ? null : parseStat(text);
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}

function ps(pid: number, column: string): string | null {
  const env = { LC_ALL: 'C', TZ: 'UTC', PATH: '/bin:/usr/bin' };
  const { status, stdout } = spawnSync('ps', ['-ww', '-o', column, '-p', String(pid)], { encoding: 'utf8', env });
  return status === 0 ? stdout.trim() : null;
}
