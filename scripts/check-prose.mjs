// The Markdown that people read is in plain English (scripts/prose/plain-english.mjs). Documents that were not rewritten yet are
// listed in scripts/prose/owed.json, each with the faults it has: none may get more, and one without any leaves the list.
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { TextlintKernel } from '@textlint/kernel';
import markdown from '@textlint/textlint-plugin-markdown';
import { root } from './build.mjs';
import { markdownBelow } from './markdown.mjs';
import { plainEnglish } from './prose/plain-english.mjs';
import { MAX_GUIDE_WORDS, guides, wordsOf } from './prose/texts.mjs';

const kernel = new TextlintKernel();
const options = {
  ext: '.md',
  plugins: [{ pluginId: 'markdown', plugin: markdown.default ?? markdown }],
  rules: [{ ruleId: 'plain-english', rule: plainEnglish }],
};

/** @param {string} name */
const json = (name) => JSON.parse(readFileSync(join(root, 'scripts', 'prose', name), 'utf8'));

/** @param {string} text */
async function faultsIn(text) {
  return (await kernel.lintText(text, options)).messages;
}

/** A rule that catches nothing would pass everything. @returns {Promise<string[]>} */
async function checkedFixtures() {
  /** @type {{ not: string, but: string }[]} */
  const fixtures = json('fixtures.json');
  const wrong = [];
  for (const { not, but } of fixtures) {
    if ((await faultsIn(not)).length === 0) wrong.push(`the rule does not catch: ${not}`);
    if ((await faultsIn(but)).length > 0) wrong.push(`the rule catches: ${but}`);
  }
  return wrong;
}

/**
 * @param {string} file
 * @param {number | undefined} owed
 */
async function checkedFile(file, owed) {
  const faults = await faultsIn(readFileSync(join(root, file), 'utf8'));
  if (owed === undefined) return faults.map(({ line, column, message }) => `${file}:${line}:${column} ${message}`);
  if (faults.length > owed) return [`${file} has ${faults.length} faults, ${owed} before: see scripts/prose/owed.json`];
  if (faults.length === 0) return [`${file} has no faults: take it off scripts/prose/owed.json`];
  return [];
}

/** `node scripts/check-prose.mjs FILE …` shows every fault of these files, owed ones too. */
const asked = process.argv.slice(2);
/** @type {Record<string, number>} */
const owed = json('owed.json');
const files = markdownBelow(root).map((file) => relative(root, file));
const faults = await checkedFixtures();
for (const file of files) faults.push(...(await checkedFile(file, asked.includes(file) ? undefined : owed[file])));
faults.push(
  ...Object.keys(owed)
    .filter((file) => !files.includes(file))
    .map((file) => `${file} is owed and not there`),
);
const words = guides().reduce((sum, { text }) => sum + wordsOf(text), 0);
if (words > MAX_GUIDE_WORDS)
  faults.push(`the guides have ${words} words, at most ${MAX_GUIDE_WORDS}: npm run docs:count`);
for (const fault of faults) process.stderr.write(`${fault}\n`);
const left = Object.values(owed).reduce((sum, count) => sum + count, 0);
process.stdout.write(
  `${files.length} Markdown files, ${faults.length} faults; ${Object.keys(owed).length} files with ${left} faults are owed\n`,
);
if (faults.length > 0) process.exitCode = 1;
