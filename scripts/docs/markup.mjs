// The pieces of a page that `npm run docs` writes.

const MAX_COLUMNS = 100;
// Blank lines, tables, headings, list items, tags, fences and indented lines.
const notParagraph = /^(?:$|[|#<\s]|- |\d+\. |```)/;

/** Joins the lines of each paragraph and wraps it. @param {string[]} lines */
function wrapped(lines) {
  /** @type {string[]} */
  const done = [];
  let wasParagraph = false;
  let isCode = false;
  for (const line of lines) {
    if (line.startsWith('```')) isCode = !isCode;
    const isParagraph = !isCode && !notParagraph.test(line);
    for (const piece of isParagraph ? line.split(' ') : [line]) {
      const joined = `${done.at(-1)} ${piece}`;
      if (isParagraph && wasParagraph && joined.length <= MAX_COLUMNS) done.splice(-1, 1, joined);
      else done.push(piece);
      wasParagraph = isParagraph;
    }
  }
  return done;
}

/**
 * @param {string} title
 * @param {string} source
 * @param {string[]} lines
 */
export function page(title, source, lines) {
  const text = [`<!-- Made by \`npm run docs\` from ${source}. Do not edit. -->`, '', ...wrapped(lines), ''];
  return [`# ${title}`, '', ...text].join('\n');
}

/**
 * @param {string[]} head
 * @param {string[][]} rows
 */
export function table(head, rows) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

export const code = (/** @type {unknown} */ text) => `\`${String(text)}\``;
export const codes = (/** @type {readonly unknown[]} */ texts) =>
  texts.length === 0 ? '–' : texts.map(code).join(', ');
