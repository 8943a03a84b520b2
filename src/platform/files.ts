// Files that are created once, completely or not at all.
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Reads a file, or creates it with mode 0600. If several processes create it at the same time, all read the same
 * content.
 */
export function keepOrCreate(path: string, make: () => string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, make(), { mode: 0o600, flush: true });
  try {
    // A link fails if the file exists. A rename would replace a file that another process already uses.
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  return readFileSync(path, 'utf8');
}
