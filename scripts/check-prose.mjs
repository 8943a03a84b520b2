// Checks that texts are in plain English (scripts/prose/plain-english.mjs): Markdown, comments, test titles, and texts in the code.
// Those are OpenAPI, errors, audit actions, alerts, log lines, commands, tour and lab. Texts that are not rewritten yet are
// listed in scripts/prose/owed.json with their number of faults. No entry may get more; one without faults leaves the list.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { TextlintKernel } from '@textlint/kernel';
import markdown from '@textlint/textlint-plugin-markdown';
import { root } from './build.mjs';
import { filesBelow, markdownBelow } from './markdown.mjs';
import { faultsOfText, plainEnglish } from './prose/plain-english.mjs';
import { textsOf } from './prose/source-texts.mjs';
import { unknownWords } from './prose/spelling.mjs';
import { MAX_GUIDE_WORDS, MAX_README_LINES, guides, wordsOf } from './prose/texts.mjs';

const SOURCES = ['src', 'test', 'tour', 'lab', 'bench', 'scripts', 'examples'];
/** An entry of its own, of which none is owed. */
const SPELLING = 'spelling';
const OWED = join(root, 'scripts', 'prose', 'owed.json');

const kernel = new TextlintKernel();
const options = {
  ext: '.md',
  plugins: [{ pluginId: 'markdown', plugin: markdown.default ?? markdown }],
  rules: [{ ruleId: 'plain-english', rule: plainEnglish }],
};

/** @param {string} file */
const read = (file) => readFileSync(join(root, file), 'utf8');

/** @param {string} text */
async function faultsIn(text) {
  return (await kernel.lintText(text, options)).messages;
}

/** The fixtures show that each rule catches what it should. @returns {Promise<string[]>} */
async function checkedFixtures() {
  /** @type {{ not: string, but: string }[]} */
  const fixtures = JSON.parse(read('scripts/prose/fixtures.json'));
  const wrong = [];
  if (unknownWords('usr enroled').length !== 2 || unknownWords('user enrolled').length !== 0)
    wrong.push('the spelling is not checked');
  for (const { not, but } of fixtures) {
    const caught = [await faultsIn(not), faultsOfText(not)];
    const passed = [await faultsIn(but), faultsOfText(but)];
    if (caught.some(({ length }) => length === 0)) wrong.push(`the rule does not catch: ${not}`);
    if (passed.some(({ length }) => length > 0)) wrong.push(`the rule catches: ${but}`);
  }
  return wrong;
}

/**
 * Faults by entry of the list: a Markdown file, the texts of a source file, or its comments.
 * @returns {Promise<Map<string, string[]>>}
 */
async function faultsByEntry() {
  const found = new Map();
  found.set(SPELLING, []);
  for (const file of markdownBelow(root).map((path) => relative(root, path))) {
    const faults = await faultsIn(read(file));
    found.get(SPELLING).push(...misspelt(file, [{ line: 1, text: read(file) }]));
    found.set(
      file,
      faults.map(({ line, column, message }) => `${file}:${line}:${column} ${message}`),
    );
  }
  for (const file of SOURCES.flatMap((place) => filesBelow(join(root, place), /\.(?:ts|m?js)$/))) {
    const name = relative(root, file);
    const { comments, literals } = textsOf(name, read(name));
    found.get(SPELLING).push(...misspelt(name, [...comments, ...literals]));
    found.set(name, faultsAt(name, literals));
    found.set(`${name} (comments)`, faultsAt(name, comments));
  }
  return found;
}

/**
 * @param {string} file
 * @param {import('./prose/source-texts.mjs').Text[]} texts
 */
function faultsAt(file, texts) {
  return texts.flatMap(({ line, text }) =>
    faultsOfText(text).map(
      ({ at, message }) => `${file}:${line + text.slice(0, at).split('\n').length - 1} ${message}`,
    ),
  );
}

/**
 * @param {string} file
 * @param {import('./prose/source-texts.mjs').Text[]} texts
 */
function misspelt(file, texts) {
  return texts.flatMap(({ line, text }) =>
    unknownWords(text).map(
      ({ at, word }) =>
        `${file}:${line + text.slice(0, at).split('\n').length - 1} “${word}” is in no dictionary: ` +
        'correct it, or add it to scripts/prose/words.txt',
    ),
  );
}

/**
 * @param {string} entry
 * @param {string[]} faults
 * @param {number | undefined} count what the list says
 */
function beyondOwed(entry, faults, count) {
  if (count === undefined) return faults;
  if (faults.length > count)
    return [`${entry} has ${faults.length} faults, ${count} before: see ${relative(root, OWED)}`];
  if (faults.length === 0) return [`${entry} has no faults: node scripts/check-prose.mjs --lower`];
  return [];
}

/**
 * `--lower`: writes the list with today's counts where they are lower. Nothing is added to it.
 * @param {Record<string, number>} owed
 * @param {Map<string, string[]>} found
 */
function lower(owed, found) {
  const counts = Object.entries(owed).map(
    ([entry, count]) => /** @type {const} */ ([entry, Math.min(count, found.get(entry)?.length ?? 0)]),
  );
  const left = Object.fromEntries(counts.filter(([, count]) => count > 0).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(OWED, `${JSON.stringify(left, null, 2)}\n`);
  return left;
}

/** `node scripts/check-prose.mjs PATH …` shows every fault below these paths, owed ones too. */
const asked = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const found = await faultsByEntry();
/** @type {Record<string, number>} */
let owed = JSON.parse(readFileSync(OWED, 'utf8'));
if (process.argv.includes('--lower')) owed = lower(owed, found);
const faults = await checkedFixtures();
for (const [entry, its] of found) {
  const isAsked = asked.some((path) => entry.startsWith(path));
  faults.push(...(isAsked ? its : beyondOwed(entry, its, owed[entry])));
}
faults.push(
  ...Object.keys(owed)
    .filter((entry) => !found.has(entry))
    .map((entry) => `${entry} is owed and not there: node scripts/check-prose.mjs --lower`),
);
const words = guides().reduce((sum, { text }) => sum + wordsOf(text), 0);
if (words > MAX_GUIDE_WORDS)
  faults.push(`the guides have ${words} words, at most ${MAX_GUIDE_WORDS}: npm run docs:count`);
const lines = read('README.md').split('\n').length - 1;
if (lines > MAX_README_LINES) faults.push(`README.md has ${lines} lines, at most ${MAX_README_LINES}`);
for (const fault of faults) process.stderr.write(`${fault}\n`);
const left = Object.values(owed).reduce((sum, count) => sum + count, 0);
process.stdout.write(
  `${found.size} Markdown files, texts and comments of sources, ${faults.length} faults; ` +
    `${Object.keys(owed).length} with ${left} faults are owed\n`,
);
if (faults.length > 0) process.exitCode = 1;
