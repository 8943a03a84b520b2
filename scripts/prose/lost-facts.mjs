// `node scripts/prose/lost-facts.mjs REVISION`: facts in the guides of that revision that today's documents lack
// (facts.mjs). Run it by hand after a rewrite. Explain each line, or restore the fact.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { root } from '../build.mjs';
import { markdownBelow } from '../markdown.mjs';
import { factsOf } from './facts.mjs';
import { isGuide } from './texts.mjs';

const revision = process.argv[2];
if (revision === undefined) throw new Error('Name a git revision: node scripts/prose/lost-facts.mjs REVISION');

/** @param {string[]} args */
const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 << 20 });

const kept = new Set(markdownBelow(root).flatMap((path) => [...factsOf(readFileSync(path, 'utf8'))]));
/** @param {string} fact */
const base = (fact) => fact.replace(/^(\d[\d.]*) .*$/, '$1');
const numbers = new Set([...kept].map(base));

/** A number that stands somewhere with another unit has probably changed its wording only. @param {string} fact */
const mark = (fact) => (/^\d/.test(fact) && numbers.has(base(fact)) ? '  ' : '! ');

let count = 0;
for (const file of git('ls-tree', '-r', '--name-only', revision).split('\n')) {
  if (!file.endsWith('.md')) continue;
  const text = git('show', `${revision}:${file}`);
  if (!isGuide(file, text) && !['CONTRIBUTING.md', 'SECURITY.md'].includes(file)) continue;
  const lost = [...factsOf(text)].filter((fact) => !kept.has(fact));
  count += lost.length;
  if (lost.length > 0) process.stdout.write(`${file}\n${lost.map((fact) => `  ${mark(fact)}${fact}\n`).join('')}`);
}
process.stdout.write(
  `${count} facts are in no document (${relative(process.cwd(), root) || '.'}); "!": nor their number\n`,
);
