// Makes DATA_DIR: private, and passable where root makes it, because PostgreSQL then runs as another user below it. What
// lies in it must have modes of its own. The modes of a folder that exists already are left alone.
import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { isRoot } from './reach.js';

/**
 * Not `mkdir` with `recursive`: with that, Node 20 tries for ever where a file system such as /proc answers ENOENT.
 * @throws the system's error.
 */
export function makeDataFolder(folder: string): void {
  if (isFolder(folder)) return;
  if (!existsSync(dirname(folder))) makeDataFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
    if (isRoot()) chmodSync(folder, 0o711);
  } catch (error) {
    // Another process may have made it at the same time.
    if (!isFolder(folder)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
