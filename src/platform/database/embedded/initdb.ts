// Runs initdb from a path that a shell can read. initdb starts `postgres` through `sh` with the path in double quotes,
// after resolving symbolic links. If the path has special characters, initdb and postgres are copied to a temporary
// folder with a plain name. Links to their libraries and data are created beside them.
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Binaries } from './binaries.js';
import { EmbeddedDatabaseError } from './errors.js';
import type { Place } from './place.js';
import { isReachable } from './reach.js';
import { runTool, type ToolOutcome } from './tool.js';

// POSIX.1-2024, shell command language, 2.2.3 "Double-Quotes". initdb itself refuses line breaks.
const SHELL_SYNTAX = /["$`\\\r\n]/;

/** @throws EmbeddedDatabaseError `unusable_folder` if no temporary folder is suitable. */
export async function runInitdb(place: Place, binaries: Binaries, args: readonly string[]): Promise<ToolOutcome> {
  const { account } = place;
  if (isPlain(realpathSync(binaries.initdb))) return runTool({ program: binaries.initdb, args, account });
  for (const parent of [place.folder, tmpdir(), '/var/tmp', '/tmp']) {
    const folder = plainFolderIn(parent, place);
    if (folder === null) continue;
    try {
      const program = copyPrograms(binaries, folder);
      // A folder mounted `noexec` fails here.
      const canRun = await runTool({ program, args: ['--version'], account }).catch(() => null);
      if (canRun?.code === 0) return await runTool({ program, args, account });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  const sentence =
    `The programs of the embedded database are in ${dirname(binaries.initdb)}, a name that initdb ` +
    'cannot use. No temporary folder can hold copies of them. Set TMPDIR to a folder where programs can ' +
    'run, or set DATABASE_URL.';
  throw new EmbeddedDatabaseError('unusable_folder', sentence);
}

/** On Windows initdb calls cmd.exe. Paths there cannot have these characters. */
function isPlain(path: string): boolean {
  return process.platform === 'win32' || !SHELL_SYNTAX.test(path);
}

/** A new folder that only this user can write and the account can read. Null if there is none. */
function plainFolderIn(parent: string, { account }: Place): string | null {
  try {
    if (!isPlain(realpathSync(parent)) || !isReachable(parent, account)) return null;
    const folder = mkdtempSync(join(realpathSync(parent), 'countersign-initdb-'));
    chmodSync(folder, 0o755);
    return folder;
  } catch {
    return null;
  }
}

/** Returns the path of the copied initdb. */
function copyPrograms({ initdb, postgres }: Binaries, folder: string): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  chmodSync(bin, 0o755);
  for (const program of [initdb, postgres]) {
    copyFileSync(program, join(bin, basename(program)));
    chmodSync(join(bin, basename(program)), 0o755);
  }
  const installed = dirname(dirname(realpathSync(initdb)));
  for (const name of ['lib', 'share']) symlinkSync(join(installed, name), join(folder, name));
  return join(bin, basename(initdb));
}
