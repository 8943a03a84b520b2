// DATA_DIR/postgres.json (0600): how admin commands and psql reach the database while the service runs. It may be
// stale: a killed service leaves it behind.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from './errors.js';

export interface Connection {
  readonly ownerUrl: string;
  /** The data folder. */
  readonly place: string;
}

export function writeConnection(dataDir: string, connection: Connection): void {
  const draft = `${pathOf(dataDir)}.draft`;
  rmSync(draft, { force: true });
  writeFileSync(draft, `${JSON.stringify(connection, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  renameSync(draft, pathOf(dataDir));
}

/** Null if there is none. @throws the system's error if it cannot be read. */
export function readConnection(dataDir: string): Connection | null {
  try {
    return JSON.parse(readFileSync(pathOf(dataDir), 'utf8')) as Connection;
  } catch (error) {
    if (error instanceof SyntaxError || codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

export function removeConnection(dataDir: string): void {
  rmSync(pathOf(dataDir), { force: true });
}

function pathOf(dataDir: string): string {
  return join(dataDir, 'postgres.json');
}
