// PostgreSQL's own `postmaster.pid`: which process runs on a data folder, and whether it is ready. Read only.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface PostmasterFile {
  /** Of the server, or of a single-user process. */
  readonly pid: number;
  readonly isReady: boolean;
}

/** Null if there is none, or none with a process id. */
export function readPostmasterFile(dataFolder: string): PostmasterFile | null {
  try {
    return parsePostmasterFile(readFileSync(join(dataFolder, 'postmaster.pid'), 'utf8'));
  } catch {
    return null;
  }
}

/** Lines: process id (negative for a single-user process), data folder, start, port, socket folder, address, memory key, status. */
export function parsePostmasterFile(text: string): PostmasterFile | null {
  const lines = text.split('\n');
  const first = lines[0]?.trim() ?? '';
  if (!/^-?[1-9]\d*$/.test(first)) return null;
  return { pid: Math.abs(Number(first)), isReady: lines[7]?.trim() === 'ready' };
}
