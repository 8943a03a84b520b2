// The strings of a source file: names of tests, and the parts that `it.each` puts into them.
import ts from 'typescript';

/** @param {ts.SourceFile} source @returns {Set<string>} */
export function stringsIn(source) {
  /** @type {Set<string>} */
  const strings = new Set();
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isStringLiteralLike(node)) strings.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return strings;
}
