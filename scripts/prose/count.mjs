// `npm run docs:count`: the words of each guide, and how often the vague subjects `nobody`, `whoever` and `whatever`
// occur in code, documents and tests. It only reports. scripts/check-prose.mjs fails above the limits.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../build.mjs';
import { MAX_GUIDE_WORDS, guides, wordsOf } from './texts.mjs';

const places = ['src', 'docs', 'README.md', 'lab', 'tour', 'test'];
const skipped = new Set(['generated', 'node_modules', 'report']);

/** @param {string} path @returns {string[]} */
function textsBelow(path) {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path).flatMap((name) => (skipped.has(name) ? [] : textsBelow(join(path, name))));
}

/** @param {string} place */
function vagueIn(place) {
  const files = textsBelow(join(root, place)).filter((file) => /\.(?:ts|m?js|md|sql|html)$/.test(file));
  return files.reduce(
    (sum, file) => sum + (readFileSync(file, 'utf8').match(/\b(?:nobody|whoever|whatever)\b/gi) ?? []).length,
    0,
  );
}

/** @param {readonly (readonly [string, number])[]} rows */
function print(rows) {
  for (const [name, count] of rows) process.stdout.write(`${String(count).padStart(7)}  ${name}\n`);
}

/** @param {readonly (readonly [string, number])[]} rows */
const sum = (rows) => rows.reduce((total, [, count]) => total + count, 0);

const words = guides().map(({ file, text }) => /** @type {const} */ ([file, wordsOf(text)]));
print([...words, [`words of guides, at most ${MAX_GUIDE_WORDS}`, sum(words)]]);
const vague = places.map((place) => /** @type {const} */ ([place, vagueIn(place)]));
print([...vague, ['vague subjects', sum(vague)]]);
