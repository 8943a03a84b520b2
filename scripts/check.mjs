// `npm run check`: everything that a reviewer would run, a line each, the output only of what failed. The tests come
// last; `--no-tests` leaves them out for whoever runs them apart. A piece is added here, nowhere else.
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
  { name: 'format', command: ['node_modules/prettier/bin/prettier.cjs', '--check', '.'] },
  { name: 'lint', command: ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0'] },
  { name: 'types', command: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.check.json'] },
  { name: 'rings', command: ['node_modules/dependency-cruiser/bin/dependency-cruise.mjs', 'src'] },
  { name: 'dead code', command: ['node_modules/knip/bin/knip.js'] },
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

async function check() {
  await ensureBuilt();
  const chosen = process.argv.includes('--no-tests') ? pieces : [...pieces, tests];
  const started = Date.now();
  let failures = 0;
  for (const piece of chosen) {
    const pieceStarted = Date.now();
    const { ok, output } = await run(piece);
    if (!ok) failures += 1;
    const seconds = ((Date.now() - pieceStarted) / 1000).toFixed(1);
    process.stdout.write(`${piece.name.padEnd(10)} ${seconds.padStart(6)} s  ${ok ? 'ok' : 'FAILED'}\n`);
    if (!ok) process.stdout.write(`${output}\n`);
  }
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${chosen.length - failures} of ${chosen.length} checks ok in ${seconds} s\n`);
  process.exitCode = failures === 0 ? 0 : 1;
}

check().catch((error) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
