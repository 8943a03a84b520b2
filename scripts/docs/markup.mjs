// The pieces of a page that `npm run docs` writes.

/**
 * @param {string} title
 * @param {string} source
 * @param {string[]} lines
 */
export function page(title, source, lines) {
  return [`# ${title}`, '', `<!-- Made by \`npm run docs\` from ${source}. Do not edit. -->`, '', ...lines, ''].join(
    '\n',
  );
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
