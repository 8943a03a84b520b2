// Runs an entry point of the project on a fresh build: `node scripts/start.mjs dist/main.js`. It runs in this process,
// so that signals and the exit code need no passing on. TypeScript entries (tour, bench) run with tsx. Written in
// syntax that Node 12 can parse, without static imports of our own, so that an old Node prints a sentence.
import { readFileSync } from 'fs';
import { dirname, join, resolve } from 'path';
import { fileURLToPath, pathToFileURL } from 'url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

function requiredNode() {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return manifest.engines.node.replace(/[^\d.]/g, '');
}

/** @param {string} required */
function isTooOld(required) {
  const [wantedMajor = 0, wantedMinor = 0] = required.split('.').map(Number);
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major < wantedMajor || (major === wantedMajor && minor < wantedMinor);
}

/** @param {unknown} error */
function giveUp(error) {
  process.stderr.write((error instanceof Error ? error.message : String(error)) + '\n');
  process.exit(1);
}

/** @param {string} entry */
function runEntry(entry) {
  process.argv.splice(1, 2, entry);
  const transpiler = entry.endsWith('.ts') ? import('tsx/esm/api').then((tsx) => tsx.register()) : Promise.resolve();
  return transpiler.then(() => import(pathToFileURL(entry).href));
}

const required = requiredNode();
if (isTooOld(required)) {
  giveUp('Countersign needs Node ' + required + ' or newer; this is Node ' + process.versions.node + '.');
} else {
  const entry = resolve(root, process.argv[2] || 'dist/main.js');
  import('./build.mjs')
    .then((builder) => builder.ensureBuilt())
    .catch(giveUp)
    .then(() => runEntry(entry));
}
