// Which documents are guides that people write by hand, and how many words they have. Generated pages, decisions, the threat
// model and the evidence (reports of measurements) are not guides.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { root } from '../build.mjs';
import { markdownBelow } from '../markdown.mjs';

/** All guides together have at most this many words. */
export const MAX_GUIDE_WORDS = 16_000;

/** So short that it is read whole. */
export const MAX_README_LINES = 150;

const apart = ['docs/decisions/', 'docs/security/evidence/', 'docs/security/threat-model.md'];

/** @param {string} text the text of a document that `npm run docs` writes */
export const isGenerated = (text) => text.includes('<!-- Made by `npm run docs`');

/**
 * @param {string} file path from the root
 * @param {string} text
 */
export function isGuide(file, text) {
  const isInReach = file === 'README.md' || (file.startsWith('docs/') && file.endsWith('.md'));
  return isInReach && !apart.some((part) => file.startsWith(part)) && !isGenerated(text);
}

/** As `wc -w` counts: everything between blanks is a word, signs of tables and links too. @param {string} text */
export const wordsOf = (text) => text.split(/\s+/).filter((word) => word !== '').length;

/** @returns {{ file: string, text: string }[]} the guides as they are in the working tree */
export function guides() {
  return markdownBelow(root)
    .map((path) => ({ file: relative(root, path), text: readFileSync(path, 'utf8') }))
    .filter(({ file, text }) => isGuide(file, text));
}
