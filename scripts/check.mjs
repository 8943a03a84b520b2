// `npm run check`: everything that a reviewer would run. Prints one line for each check, and the output of failed ones.
// Tests come last; `--no-tests` leaves them out. Two checks run at a time, the slowest first. Add new checks here.
import { spawn } from 'node:child_process';
import { ensureBuilt, root } from './build.mjs';

/**
 * @typedef {object} Piece
 * @property {string} name
 * @property {string[]} command a script of this project or of a dependency, run by this Node, and its arguments
 */

const npm = process.env['npm_execpath'];
if (npm === undefined) throw new Error('Start it as `npm run check`.');

/** @type {Piece[]} */
const pieces = [
  { name: 'lint', command: ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0'] },
  { name: 'types', command: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.check.json'] },
  { name: 'format', command: ['node_modules/prettier/bin/prettier.cjs', '--check', '.'] },
  { name: 'rings', command: ['node_modules/dependency-cruiser/bin/dependency-cruise.mjs', 'src'] },
  { name: 'dead code', command: ['node_modules/knip/bin/knip.js'] },
  { name: 'packages', command: ['scripts/check-dependencies.mjs'] },
  { name: 'drift', command: ['scripts/check-drift.mjs'] },
  { name: 'docs', command: [npm, 'run', '--silent', 'docs:check'] },
  { name: 'links', command: ['scripts/check-links.mjs'] },
  { name: 'prose', command: ['scripts/check-prose.mjs'] },
];
/** @type {Piece} */
const tests = {
  name: 'tests',
  command: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'],
};

/** @param {Piece} piece */
function run({ command }) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, command, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ ok: false, output: String(error) }));
    child.on('close', (code) => resolve({ ok: code === 0, output }));
  });
}

/** @param {Piece} piece */
async function report(piece) {
  const started = Date.now();
  const { ok, output } = await run(piece);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${piece.name.padEnd(10)} ${seconds.padStart(6)} s  ${ok ? 'ok' : 'FAILED'}\n`);
  if (!ok) process.stdout.write(`${output}\n`);
  return ok;
}

/** Each worker takes the next check when it has finished one. */
async function check() {
  await ensureBuilt();
  const started = Date.now();
  const waiting = [...pieces];
  /** @type {boolean[]} */
  const outcomes = [];
  const work = async () => {
    for (let piece = waiting.shift(); piece; piece = waiting.shift()) outcomes.push(await report(piece));
  };
  await Promise.all([work(), work()]);
  if (!process.argv.includes('--no-tests')) outcomes.push(await report(tests));
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  const fine = outcomes.filter((ok) => ok).length;
  process.stdout.write(`${fine} of ${outcomes.length} checks ok in ${seconds} s\n`);
  process.exitCode = fine === outcomes.length ? 0 : 1;
}

check().catch((error) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
