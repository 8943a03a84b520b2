// Words that are in no dictionary: American and British English, and the project's own words in words.txt.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { decodeTrie } from 'cspell-trie-lib';

const require = createRequire(import.meta.url);
// The only file that the packages export lies beside their dictionary.
const dictionaries = Object.entries({
  '@cspell/dict-en_us': 'en_US.trie.gz',
  '@cspell/dict-en-gb': 'en_GB.trie.gz',
}).map(([name, file]) => decodeTrie(gunzipSync(readFileSync(join(dirname(require.resolve(name)), file)))));
const own = new Set(
  readFileSync(new URL('words.txt', import.meta.url), 'utf8')
    .split('\n')
    .filter(Boolean),
);

// Code, addresses, tags and names with signs in them are no words.
const notProse = [
  /^```[\s\S]*?^```/gm,
  /`[^`\n]*`/g,
  /\]\([^)\n]*\)/g,
  /<[^>\n]*>/g,
  /\b[a-z][a-z+.-]*:\/\/\S+/gi,
  /\S*(?:[\w@][/@_\\=#]|[/@_\\=#$%{}]\w)\S*/g,
  /\b\w+\.(?=[a-z]\w)[\w.]+/g,
];
// Letters and apostrophes, not beside a digit. Names in capitals or in camel case are names of code.
const word = /(?<![\p{L}\p{N}'’])\p{Lu}?\p{Ll}+(?:['’]\p{Ll}+)*(?![\p{L}\p{N}'’])/gu;

/** @param {string} text */
const blank = (text) => text.replace(/[^\n]/g, ' ');

/** @type {Map<string, boolean>} */
const known = new Map();

/** @param {string} found */
function isKnown(found) {
  const plain = found.replaceAll('’', "'").replace(/'s?$/, '');
  const forms = [plain, plain.toLowerCase()];
  return forms.some((form) => own.has(form) || dictionaries.some((dictionary) => dictionary.has(form)));
}

/**
 * @param {string} text
 * @returns {{ at: number, word: string }[]}
 */
export function unknownWords(text) {
  const prose = notProse.reduce((rest, pattern) => rest.replace(pattern, blank), text);
  return [...prose.matchAll(word)]
    .filter(({ 0: found }) => {
      let answer = known.get(found);
      if (answer === undefined) known.set(found, (answer = isKnown(found)));
      return !answer;
    })
    .map(({ index, 0: found }) => ({ at: index, word: found }));
}
