// Reads numbers out of the source, also those that no other file may import: `valueOf('PENDING_MS', file)`. It computes with
// constants, literals, arithmetic and small functions of one expression; it runs no code of the service. What it does not
// understand is an error, so that a document never holds a guess.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { root } from '../build.mjs';

/** @typedef {(name: string) => unknown} Scope */

/** @type {Map<string, ts.SourceFile>} */
const parsed = new Map();

/** @param {string} file path from the root */
export function sourceOf(file) {
  const known = parsed.get(file);
  if (known) return known;
  if (!existsSync(join(root, file))) throw new Error(`${file} does not exist`);
  const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
  parsed.set(file, source);
  return source;
}

/** @param {string} expression @param {string} file its names are those of this file @returns {unknown} */
export function valueOf(expression, file) {
  const statement = ts.createSourceFile('x.ts', `(${expression});`, ts.ScriptTarget.Latest, true).statements[0];
  if (!statement || !ts.isExpressionStatement(statement)) throw new Error(`${expression} is not an expression`);
  return evaluate(statement.expression, scopeOf(file));
}

/** Constants and members of classes (`readonly atMost = 5`) of a file, then its imports. @param {string} file @returns {Scope} */
function scopeOf(file) {
  return (name) => {
    const source = sourceOf(file);
    const initializer = source.statements
      .flatMap(declarationsIn)
      .find((each) => each.name.getText() === name)?.initializer;
    if (initializer) return evaluate(initializer, scopeOf(file));
    const origin = source.statements.find((each) => ts.isImportDeclaration(each) && namesIn(each).includes(name));
    if (!origin || !ts.isImportDeclaration(origin)) throw new Error(`${file} has no constant ${name}`);
    const target = /** @type {ts.StringLiteral} */ (origin.moduleSpecifier).text.replace(/\.js$/, '.ts');
    return scopeOf(join(dirname(file), target))(name);
  };
}

/** @param {ts.Statement} statement @returns {(ts.VariableDeclaration | ts.PropertyDeclaration)[]} */
function declarationsIn(statement) {
  if (ts.isVariableStatement(statement)) return [...statement.declarationList.declarations];
  return ts.isClassDeclaration(statement) ? statement.members.filter((each) => ts.isPropertyDeclaration(each)) : [];
}

/** @param {ts.ImportDeclaration} declaration */
function namesIn({ importClause }) {
  const bindings = importClause?.namedBindings;
  return bindings && ts.isNamedImports(bindings) ? bindings.elements.map(({ name }) => name.text) : [];
}

/** @type {Partial<Record<ts.SyntaxKind, (left: number, right: number) => number>>} */
const operators = {
  [ts.SyntaxKind.PlusToken]: (left, right) => left + right,
  [ts.SyntaxKind.MinusToken]: (left, right) => left - right,
  [ts.SyntaxKind.AsteriskToken]: (left, right) => left * right,
  [ts.SyntaxKind.SlashToken]: (left, right) => left / right,
};

/** @param {ts.Expression} node @param {Scope} scope @returns {unknown} */
function evaluate(node, scope) {
  if (ts.isNumericLiteral(node)) return Number(node.text.replaceAll('_', ''));
  if (ts.isStringLiteral(node)) return node.text;
  if (ts.isIdentifier(node)) return scope(node.text);
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node))
    return evaluate(node.expression, scope);
  return evaluateCompound(node, scope);
}

/** @param {ts.Expression} node @param {Scope} scope @returns {unknown} */
function evaluateCompound(node, scope) {
  if (ts.isBinaryExpression(node)) return compute(node, scope);
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken)
    return -Number(evaluate(node.operand, scope));
  if (ts.isArrayLiteralExpression(node)) return node.elements.map((each) => evaluate(each, scope));
  if (ts.isObjectLiteralExpression(node)) return propertiesOf(node, scope);
  if (ts.isPropertyAccessExpression(node)) return memberOf(evaluate(node.expression, scope), node.name.text);
  if (ts.isElementAccessExpression(node))
    return memberOf(evaluate(node.expression, scope), String(evaluate(node.argumentExpression, scope)));
  if (ts.isCallExpression(node)) return call(node, scope);
  if (ts.isArrowFunction(node)) return { arrow: node, scope };
  throw new Error(`${node.getText()} is not a constant`);
}

/** @param {ts.BinaryExpression} node @param {Scope} scope */
function compute({ left, right, operatorToken }, scope) {
  const operator = operators[operatorToken.kind];
  const [a, b] = [evaluate(left, scope), evaluate(right, scope)];
  if (operatorToken.kind === ts.SyntaxKind.PlusToken && typeof a === 'string') return a + String(b);
  if (!operator || typeof a !== 'number' || typeof b !== 'number')
    throw new Error(`${operatorToken.getText()} is computed of two numbers, or of texts`);
  return operator(a, b);
}

/** @param {unknown} object @param {string} name @returns {unknown} */
function memberOf(object, name) {
  if (typeof object === 'object' && object !== null && Object.hasOwn(object, name))
    return /** @type {Record<string, unknown>} */ (object)[name];
  throw new Error(`there is no member ${name}`);
}

/** Members that are no constants are left out. @param {ts.ObjectLiteralExpression} node @param {Scope} scope */
function propertiesOf(node, scope) {
  /** @type {Record<string, unknown>} */
  const members = {};
  for (const each of node.properties) {
    if (ts.isShorthandPropertyAssignment(each)) members[each.name.text] = scope(each.name.text);
    if (ts.isPropertyAssignment(each))
      Object.defineProperty(members, each.name.getText().replace(/^'|'$/g, ''), {
        enumerable: true,
        get: () => evaluate(each.initializer, scope),
      });
  }
  return members;
}

/** @param {ts.CallExpression} node */
function argumentOf(node) {
  const [argument] = node.arguments;
  if (argument === undefined) throw new Error(`${node.getText()} has no argument`);
  return argument;
}

/** `limit(50, HOUR)` where `const limit = (most, windowMs) => ({ most, windowMs })`. @param {ts.CallExpression} node @param {Scope} scope */
function call(node, scope) {
  if (node.expression.getText() === 'Math.log') return Math.log(Number(evaluate(argumentOf(node), scope)));
  const callee = evaluate(node.expression, scope);
  const arrow = /** @type {ts.ArrowFunction} */ (memberOf(callee, 'arrow'));
  if (ts.isBlock(arrow.body)) throw new Error(`${node.getText()} is not of one expression`);
  const values = node.arguments.map((each) => evaluate(each, scope));
  const outer = /** @type {Scope} */ (memberOf(callee, 'scope'));
  return evaluate(arrow.body, (name) => {
    const place = arrow.parameters.findIndex((each) => each.name.getText() === name);
    return place < 0 ? outer(name) : values[place];
  });
}
