// Whether PostgreSQL's user can pass through a path, by owner, group and mode, as the kernel decides without access
// lists. Used only when root starts a server that must not run as root.
import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

interface Ownership {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Null is this process's account. It needs no check: the system will refuse. */
export function isReachable(path: string, account: Account | null): boolean {
  if (account === null) return true;
  return withParents(realpathSync(path)).every((step) => mayPass(statSync(step), account));
}

/** The execute bit of the class (owner, group, others) that applies: search for a folder, run for a file. */
export function mayPass(entry: Ownership, account: Account): boolean {
  const shift = entry.uid === account.uid ? 6 : entry.gid === account.gid ? 3 : 0;
  return ((entry.mode >> shift) & 1) === 1;
}

function withParents(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [path, ...withParents(parent)];
}
