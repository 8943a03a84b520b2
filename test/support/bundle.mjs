// The built service as few large files instead of two thousand small ones, for specs that start it some hundred times: a start then takes
// half the time. Made of dist/ as it is, and again only when dist/ or an entry point has changed. Specs about the start itself, the tour
// and the browser run dist/.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/build.mjs';
import { withLock } from '../../scripts/lock.mjs';

const ENTRIES = ['test/support/moved-clock-server.mjs', 'dist/admin.js'];
const SOURCES = [...ENTRIES, 'test/support/moved-clock.mjs', 'test/support/bundle.mjs', 'package-lock.json'];
// What Nest would load if it were there, and what holds machine code.
const LEFT_OUT = ['@nestjs/{websockets,microservices,platform-express}', '@fastify/{multipart,static,view}'];
const EXTERNAL = [...LEFT_OUT.flatMap(named), 'class-transformer', 'class-validator', 'argon2'];
// CommonJS modules of dependencies, within an ES module.
const BANNER = `import * as bundledModule from 'node:module';
import * as bundledUrl from 'node:url';
const require = bundledModule.createRequire(import.meta.url);
const __filename = bundledUrl.fileURLToPath(import.meta.url), __dirname = bundledUrl.fileURLToPath(new URL('.', import.meta.url));`;

/** @returns {Promise<string>} a folder with the entry points where the project has them, all named `.mjs` */
export async function bundle() {
  const to = join(root, 'node_modules', '.countersign-bundle');
  const stamp = join(to, 'stamp');
  const sources = hashOfSources();
  const isFresh = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === sources;
  await withLock(`${to}-lock`, async () => {
    if (isFresh()) return;
    rmSync(to, { recursive: true, force: true });
    await write(to);
    writeFileSync(stamp, sources);
  });
  return to;
}

/** @param {string} to */
async function write(to) {
  const { build } = await import('esbuild');
  await build({
    ...{ entryPoints: ENTRIES, absWorkingDir: root, outbase: root, outdir: to, outExtension: { '.js': '.mjs' } },
    ...{ bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node20', keepNames: true },
    // All in folders of the same depth: some modules find the project, or files of theirs, from where they lie.
    chunkNames: 'test/support/[name]-[hash]',
    external: EXTERNAL,
    banner: { js: BANNER },
    logLevel: 'error',
  });
  for (const name of ['node_modules', 'prisma']) symlinkSync(join(root, name), join(to, name), 'dir');
  cpSync(join(root, 'package.json'), join(to, 'package.json'));
  cpSync(join(root, 'dist/operations/docs/assets'), join(to, 'test/support/assets'), { recursive: true });
}

function hashOfSources() {
  const hash = createHash('sha256').update(readFileSync(join(root, 'dist/.build-stamp')));
  for (const file of SOURCES) hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

/** @param {string} pattern with the names of a scope in braces */
function named(pattern) {
  const [scope = '', names = ''] = pattern.split(/[{}]/);
  return names.split(',').flatMap((name) => [`${scope}${name}`, `${scope}${name}/*`]);
}
