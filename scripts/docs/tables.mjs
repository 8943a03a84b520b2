// The tables of the database, out of prisma/schema.prisma and its comments, with the columns that are sealed or under a MAC.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../build.mjs';
import { code, page, table } from './markup.mjs';

/**
 * @typedef {{ name: string, type: string, meaning: string, line: string }} Column
 * @typedef {{ name: string, meaning: string, key: string[], columns: Column[] }} Table
 * @typedef {{ sealed: readonly { table: string, column: string }[], bound: readonly { table: string, facts: readonly string[] }[] }} Protection
 */

/** @type {Record<string, string>} */
const types = {
  String: 'text',
  Int: 'integer',
  BigInt: 'bigint',
  Float: 'double precision',
  Boolean: 'boolean',
  DateTime: 'timestamptz',
  Bytes: 'bytea',
  Json: 'jsonb',
};

/** @param {string} text of schema.prisma @returns {Table[]} in its order */
export function tablesIn(text) {
  const models = text.matchAll(/((?:^\/\/\/ .*\n)*)^model \w+ \{\n([\s\S]*?)^\}/gm);
  return [...models].map(([, comment = '', body = '']) => {
    const columns = columnsIn(body);
    const [, key] = /@@id\(\[([^\]]*)\]/.exec(body) ?? [];
    const single = columns.filter(({ line }) => / @id\b/.test(line)).map(({ name }) => name);
    return {
      name: /@@map\("(\w+)"\)/.exec(body)?.[1] ?? '',
      meaning: commentOf(comment),
      key: key === undefined ? single : key.split(', ').map((field) => columnOf(field, body)),
      columns,
    };
  });
}

/** @param {string} lines */
const commentOf = (lines) =>
  lines
    .replace(/^\s*\/\/\/ /gm, '')
    .trim()
    .replaceAll('\n', ' ');

/** @param {string} field @param {string} body of its model */
const columnOf = (field, body) => new RegExp(`^\\s+${field}\\s.*@map\\("(\\w+)"\\)`, 'm').exec(body)?.[1] ?? field;

/** Lines without a type of the database are relations. @param {string} body @returns {Column[]} */
function columnsIn(body) {
  const lines = body.matchAll(/((?:^\s*\/\/\/ .*\n)*)^ {2}(\w+)\s+(\w+)(\[\])?(\?)?(.*)$/gm);
  return [...lines].flatMap(([, comment = '', field = '', prisma = '', list, optional, rest = '']) => {
    const type = types[prisma];
    if (type === undefined) return [];
    const [, exact] = / @db\.(Uuid|SmallInt|Date)\b/.exec(rest) ?? [];
    const words = [exact?.toLowerCase() ?? type, list ? 'list' : '', optional ? 'or null' : ''];
    const name = columnOf(field, body);
    return [{ name, type: words.filter(Boolean).join(', '), meaning: commentOf(comment), line: rest }];
  });
}

/** @param {Protection} protection @param {string} place @param {string} column */
function protectionOf({ sealed, bound }, place, column) {
  const isSealed = sealed.some((each) => each.table === place && each.column === column);
  const isBound = bound.some((each) => each.table === place && each.facts.includes(column));
  return [isSealed ? 'sealed' : '', isBound ? 'bound' : ''].filter(Boolean).join(', ');
}

/** @param {Protection} protection */
export function tables(protection) {
  const all = tablesIn(readFileSync(join(root, 'prisma', 'schema.prisma'), 'utf8'));
  const others = all
    .filter(({ name, key }) => name !== 'tenants' && key[0] !== 'tenant_id')
    .map(({ name }) => code(name));
  return page(
    'Tables',
    '`prisma/schema.prisma` and `src/platform/keys/`',
    [
      'Every table with its columns. **Sealed** columns are encrypted for one tenant, table, column and row. **Bound** columns are',
      'under the MAC of their row: a change by SQL makes the row count for nothing. Every key begins with the tenant, except in',
      `${others.join(', ')} ([test](../test/contract/tenant-keys.spec.ts)).`,
      '',
      ...all.flatMap(({ name, meaning, key, columns }) => [
        `## ${name}`,
        '',
        ...(meaning === '' ? [] : [meaning, '']),
        `Key: ${key.map(code).join(', ')}.`,
        '',
        ...table(
          ['column', 'type', 'protection', 'meaning'],
          columns.map((each) => [code(each.name), each.type, protectionOf(protection, name, each.name), each.meaning]),
        ),
        '',
      ]),
    ].slice(0, -1),
  );
}
