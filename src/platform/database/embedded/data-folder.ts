// Creates DATA_DIR: private, but passable if root creates it, since PostgreSQL then runs as another user below it.
// Files in it need modes of their own. An existing folder keeps its mode.
import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { isRoot } from './reach.js';

/**
 * Not `mkdir` with `recursive`: with it, Node 20 loops forever if a file system such as /proc answers ENOENT.
 * @throws the system's error.
 */
export function makeDataFolder(folder: string): void {
  if (isFolder(folder)) return;
  if (!existsSync(dirname(folder))) makeDataFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
    if (isRoot()) chmodSync(folder, 0o711);
  } catch (error) {
    // Another process may have created it at the same time.
    if (!isFolder(folder)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
