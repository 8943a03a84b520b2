// The texts of a source file that people read: comments, test titles, and sentences. A sentence is a string of three
// words or more, or the value of a text property. SQL, regular expressions and code are left out.
import ts from 'typescript';

/**
 * @typedef {object} Text
 * @property {number} line of its first character
 * @property {string} text with line breaks as in the source, so that a fault's line can be counted
 */

const textProperties = new Set(['summary', 'description', 'title', 'detail', 'hint', 'meaning', 'sentence']);
const titled = /^(?:describe|it|test)$/;
const threeWords = /\p{L}[\p{L}\p{N}'’,:]* [\p{L}\p{N}'’,:]+ [\p{L}\p{N}'’,:]+/u;
const code =
  /\b(?:SELECT|INSERT INTO|UPDATE \w+|DELETE FROM|FROM \w+|WHERE|WITH \w+ AS|ORDER BY|ON CONFLICT|CASE WHEN|CREATE TABLE|coalesce|redis\.call)\b|\(\?[:=!<]|\w\|\w|=>|;\s*$/;
const directive = /eslint-disable|eslint-enable|prettier-ignore|@ts-|@typedef|@type\b|@import\b|^\/\/\/ </;

/** Comment signs, indented code, tags and types of JSDoc become blanks. A tag ends the sentence before it. @param {string} comment */
function proseOfComment(comment) {
  const blank = (/** @type {string} */ sign) => sign.replace(/[^\n]/g, ' ');
  return comment
    .replace(/^[ \t]*(?:\/\/|\*) {3,}\S.*$/gm, blank)
    .replace(/^[ \t]*(?:\/\/|\/\*\*?|\*(?!\/))/gm, blank)
    .replace(/\*\/$/, '  ')
    .replace(
      /(?:@(?:param|property|template) (?:\{.*?\} )?\[?[\w.]+\]?|@returns?|@throws|\bSECURITY\([\w-]+\):)(?=\s|$) ?(\w?)/g,
      (mark, first) => `.${first.toUpperCase().padStart(mark.length - 1)}`,
    );
}

/** Comments of one line each that follow one another are one text. @param {ts.SourceFile} source */
function commentsOf(source) {
  const { text } = source;
  /** @type {[number, number][]} */
  const ranges = [];
  /** @type {Set<number>} */
  const seen = new Set();
  /** @param {readonly ts.CommentRange[] | undefined} found */
  const take = (found) => {
    for (const { pos, end } of found ?? []) {
      const last = ranges.at(-1);
      if (seen.has(pos)) continue;
      seen.add(pos);
      const follows =
        last !== undefined && text.startsWith('//', last[0]) && /^\r?\n[ \t]*$/.test(text.slice(last[1], pos));
      if (follows && text.startsWith('//', pos)) last[1] = end;
      else ranges.push([pos, end]);
    }
  };
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (node.kind === ts.SyntaxKind.JsxText) return;
    take(ts.getLeadingCommentRanges(text, node.getFullStart()));
    node.getChildren(source).forEach(visit);
    take(ts.getTrailingCommentRanges(text, node.getEnd()));
  };
  visit(source);
  return ranges
    .map(([pos, end]) => ({ pos, text: text.slice(pos, end) }))
    .filter(({ text: comment }) => !directive.test(comment));
}

/** The words of a literal or a sum of literals; what is filled in counts as a word. @param {ts.Node} node @returns {string | undefined} */
function wordsOf(node) {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    return node.head.text + node.templateSpans.map(({ literal }) => `0${literal.text}`).join('');
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const [left, right] = [wordsOf(node.left), wordsOf(node.right)];
    return left === undefined && right === undefined ? undefined : `${left ?? '0'}${right ?? '0'}`;
  }
  return undefined;
}

/** `it`, `it.each(rows)` and `describe.skip` all begin with the name of the function. @param {ts.Expression} called @returns {string} */
function nameOf(called) {
  if (ts.isIdentifier(called)) return called.text;
  if (ts.isPropertyAccessExpression(called) || ts.isCallExpression(called) || ts.isTaggedTemplateExpression(called))
    return nameOf(ts.isTaggedTemplateExpression(called) ? called.tag : called.expression);
  return '';
}

/** The title of a test, or the name of one of its rows: `it.each([['a name', 1], …])`. @param {ts.Node} node */
function isTitle(node) {
  const { parent } = node;
  if (ts.isCallExpression(parent)) return parent.arguments[0] === node && titled.test(nameOf(parent.expression));
  if (!ts.isArrayLiteralExpression(parent) || parent.elements[0] !== node) return false;
  const table = ts.isArrayLiteralExpression(parent.parent) ? parent.parent : parent;
  const call = ts.isAsExpression(table.parent) ? table.parent.parent : table.parent;
  return (
    ts.isCallExpression(call) && ts.isPropertyAccessExpression(call.expression) && call.expression.name.text === 'each'
  );
}

/** @param {ts.Node} node */
function isTextProperty(node) {
  const { parent } = node;
  if (!ts.isPropertyAssignment(parent) || parent.initializer !== node) return false;
  return ts.isIdentifier(parent.name) && textProperties.has(parent.name.text);
}

/**
 * @param {ts.Node} node
 * @param {string} words
 * @param {boolean} isTest in a test, strings are data, except titles
 */
function isRead(node, words, isTest) {
  if (isTitle(node)) return !code.test(words);
  if (isTest || ts.isTaggedTemplateExpression(node.parent)) return false;
  return isTextProperty(node) || (threeWords.test(words) && !code.test(words));
}

/** @param {ts.SourceFile} source @param {boolean} isTest */
function literalsOf(source, isTest) {
  /** @type {{ pos: number, text: string }[]} */
  const found = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isImportDeclaration(node) || ts.isLiteralTypeNode(node)) return;
    const words = wordsOf(node);
    if (words === undefined) return void ts.forEachChild(node, visit);
    if (isRead(node, words, isTest)) found.push({ pos: node.getStart(source), text: words });
    if (ts.isTemplateExpression(node)) ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/**
 * The list of patterns itself holds the turns of phrase that it finds.
 * @param {string} file path from the root
 * @param {string} text
 * @returns {{ comments: Text[], literals: Text[] }}
 */
export function textsOf(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const line = (/** @type {number} */ pos) => source.getLineAndCharacterOfPosition(pos).line + 1;
  const isTest = /^test\/|\.spec\.ts$|plain-english\.mjs$/.test(file);
  return {
    comments: commentsOf(source).map(({ pos, text: comment }) => ({ line: line(pos), text: proseOfComment(comment) })),
    literals: literalsOf(source, isTest).map(({ pos, text: words }) => ({ line: line(pos), text: words })),
  };
}
