// Checks every relative link and anchor in the project's Markdown. Web addresses are not checked.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { root } from './build.mjs';
import { markdownBelow } from './markdown.mjs';

/** Links in code are ignored. @param {string} text */
function withoutCode(text) {
  return text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, '');
}

/** @param {string} text */
function targetsIn(text) {
  const prose = withoutCode(text);
  const inline = [...prose.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)];
  const reference = [...prose.matchAll(/^\[[^\]]+\]:\s*<?(\S+?)>?(?:\s|$)/gm)];
  const html = [...prose.matchAll(/\b(?:href|src)="([^"]+)"/g)];
  return [...inline, ...reference, ...html].map((match) => match[1] ?? '');
}

/** The anchors that GitHub gives to headings, and explicit ones. @param {string} text */
function anchorsIn(text) {
  const anchors = new Set([...text.matchAll(/\b(?:id|name)="([^"]+)"/g)].map((match) => match[1]));
  const seen = new Map();
  for (const [, heading = ''] of text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const slug = slugOf(heading);
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    anchors.add(count === 0 ? slug : `${slug}-${count}`);
  }
  return anchors;
}

/** @param {string} heading */
function slugOf(heading) {
  const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/<[^>]+>/g, '');
  return words
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replace(/ /g, '-');
}

/**
 * @param {string} file
 * @param {string} target
 * @returns {string | null} what is wrong
 */
function faultOf(file, target) {
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return null;
  const [path = '', anchor] = decodeURIComponent(target).split('#');
  if (path.startsWith('/')) return 'is absolute';
  const destination = path === '' ? file : resolve(dirname(file), path.replace(/\?.*$/, ''));
  if (!existsSync(destination)) return 'leads nowhere';
  if (anchor === undefined || !destination.endsWith('.md') || !statSync(destination).isFile()) return null;
  return anchorsIn(readFileSync(destination, 'utf8')).has(anchor) ? null : 'names no heading there';
}

const files = markdownBelow(root);
const faults = files.flatMap((file) =>
  targetsIn(readFileSync(file, 'utf8')).flatMap((target) => {
    const fault = faultOf(file, target);
    return fault === null ? [] : [`${relative(root, file)}: ${target} ${fault}`];
  }),
);
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.stdout.write(`${files.length} Markdown files, ${faults.length} broken links\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
