// Builds dist/ if its sources changed: `ensureBuilt()`, or `node scripts/build.mjs`. Safe to run in parallel; all
// callers get a dist/ of the present sources. Prints progress to standard error, so that a command's own output stays
// clean. It does not check types, tests or style: `npm run check` does.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from './compile.mjs';
import { withLock } from './lock.mjs';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const src = join(root, 'src');
const dist = join(root, 'dist');
const generated = join(src, 'generated');
const tools = ['package-lock.json', 'prisma.config.ts', 'scripts/build.mjs', 'scripts/compile.mjs'].map(at);
const schema = at('prisma/schema.prisma');

/** Returns true if it built, false if dist/ was up to date. */
export async function ensureBuilt() {
  if (!existsSync(at('node_modules/@swc/core'))) {
    throw new Error('The dependencies are not installed: run `npm ci` first.');
  }
  if (isFresh()) return false;
  return withLock(join(root, 'node_modules', '.countersign-build'), async () => {
    if (isFresh()) return false;
    await build();
    return true;
  });
}

async function build() {
  const started = Date.now();
  const sources = hashOf(sourcesOfDist());
  await generateClient();
  progress('compiling …');
  await compile(filesBelow(src), { from: src, to: dist });
  stamp(dist, sources);
  progress(`done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/** The slowest part, so it is done only if the schema or the tools changed. */
async function generateClient() {
  const sources = hashOf([schema, ...tools]);
  if (stampOf(generated) === sources) return;
  progress('generating the Prisma client …');
  const output = await run(at('node_modules/prisma/build/index.js'), ['generate', '--no-hints']);
  if (output.exitCode !== 0) throw new Error(`The Prisma client could not be generated:\n${output.text}`);
  stamp(generated, sources);
}

/**
 * @param {string} script
 * @param {string[]} args
 * @returns {Promise<{ exitCode: number | null, text: string }>}
 */
function run(script, args) {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: root,
      env: {
        ...process.env,
        // `prisma generate` needs no engine with this generator, but downloads one unless this names a path.
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        CHECKPOINT_DISABLE: '1',
        NO_COLOR: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
    child.on('error', failed);
    child.on('close', (exitCode) => done({ exitCode, text }));
  });
}

function isFresh() {
  return stampOf(dist) === hashOf(sourcesOfDist());
}

function sourcesOfDist() {
  return [...filesBelow(src).filter((file) => !file.startsWith(generated + sep)), schema, ...tools];
}

/** @param {string} folder the built folder */
function stampOf(folder) {
  const file = join(folder, '.build-stamp');
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

/**
 * @param {string} folder what was made
 * @param {string} sources the hash of its sources
 */
function stamp(folder, sources) {
  writeFileSync(join(folder, '.build-stamp'), sources);
}

/** @param {string[]} files */
function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files) {
    hash
      .update(`${relative(root, file).split(sep).join('/')}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return hash.digest('hex');
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function filesBelow(folder) {
  const entries = readdirSync(folder, { withFileTypes: true });
  const files = entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
  return files.filter((file) => !file.endsWith('.spec.ts') && !basename(file).startsWith('.')).sort();
}

/** @param {string} path below the root, with slashes */
function at(path) {
  return join(root, ...path.split('/'));
}

/** @param {string} line */
function progress(line) {
  process.stderr.write(`build: ${line}\n`);
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  ensureBuilt().catch((error) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
