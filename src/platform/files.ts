// Files that are made once and must never be half there.
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/** Reads a file, or makes it with mode 0600; of several processes that make it at once, all read the same. */
export function keepOrCreate(path: string, make: () => string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, make(), { mode: 0o600, flush: true });
  try {
    // A link fails where the file exists; a rename would replace what another process has begun to use.
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  return readFileSync(path, 'utf8');
}
