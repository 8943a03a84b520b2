// Builds dist/ when, and only when, something it is made of changed: `ensureBuilt()`, or `node scripts/build.mjs`.
// Promises a dist/ that belongs to the sources, to everyone who runs it at the same time. Progress goes to
// standard error, so that a command's own output stays clean. It does not run tests or linters.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const stampFile = join(root, 'dist', '.build-stamp');
const schemaFile = join(root, 'prisma', 'schema.prisma');
const generatedFolder = join(root, 'src', 'generated');
const singleFiles = ['package-lock.json', 'tsconfig.json', 'nest-cli.json', 'prisma.config.ts', 'scripts/build.mjs'];

/** Returns true when it built, false when dist/ was fresh already. */
export async function ensureBuilt() {
  if (!existsSync(join(root, 'node_modules', 'typescript'))) {
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
  const sources = hashOfSources();
  if (existsSync(schemaFile)) {
    await step('generating the Prisma client', 'prisma/build/index.js', ['generate', '--no-hints']);
  }
  await step('compiling', '@nestjs/cli/bin/nest.js', ['build']);
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, sources);
  progress(`built in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/**
 * @param {string} name
 * @param {string} tool path of the tool's script below node_modules
 * @param {string[]} args
 */
async function step(name, tool, args) {
  progress(`${name} …`);
  const output = await run(join(root, 'node_modules', ...tool.split('/')), args);
  if (output.exitCode !== 0) throw new Error(`Building failed while ${name}:\n${output.text}`);
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
        // `prisma generate` needs no engine with this generator, but fetches one unless told where it is.
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
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === hashOfSources();
}

function hashOfSources() {
  const hash = createHash('sha256');
  const files = [...filesBelow(join(root, 'src')), ...filesBelow(join(root, 'prisma'))];
  for (const file of [...files, ...singleFiles.map((name) => join(root, name))]) {
    if (!existsSync(file)) continue;
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
  if (!existsSync(folder) || folder === generatedFolder) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  const files = entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
  return files.filter((file) => !file.endsWith('.spec.ts')).sort();
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
