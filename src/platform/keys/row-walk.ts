// Reads a table in the order of its primary key, a few rows at a time. So no statement takes long, and it can be
// resumed anywhere. The names in these statements are constants of ours.
import { Database } from '../database/database.js';
import type { RowKey } from './sealed-columns.js';

export interface Walk extends RowKey {
  /** Name of the prepared statement. */
  readonly name: string;
  readonly table: string;
  /** Columns in addition to the key. */
  readonly columns: readonly string[];
  /** Which rows; `$1` is `value`. */
  readonly where: string;
  readonly value: unknown;
}

export type WalkedRow = Readonly<Record<string, unknown>>;

/** Rows of one statement. */
const BATCH = 200;

export async function* batchesOf(database: Database, walk: Walk): AsyncGenerator<WalkedRow[]> {
  const keys = Object.keys(walk.key);
  let after: unknown[] = [];
  for (;;) {
    const rows = await database.run<WalkedRow>(pageOf(walk, after.length > 0), [walk.value, ...after]);
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < BATCH) return;
    after = keys.map((key) => last[key]);
  }
}

function pageOf({ name, table, key, columns, where }: Walk, isNext: boolean) {
  const keys = Object.keys(key);
  const typed = Object.values(key).map((type, place) => `$${place + 2}::${type}`);
  const rest = isNext ? `AND (${keys.join(', ')}) > (${typed.join(', ')})` : '';
  return {
    name: `${name}_${isNext ? 'next' : 'first'}`,
    text: `
      SELECT ${[...keys, ...columns, 'xmin::text AS version'].join(', ')} FROM ${table} WHERE ${where} ${rest}
      ORDER BY ${keys.join(', ')} LIMIT ${BATCH}`,
  };
}

export interface Replacement {
  readonly row: WalkedRow;
  readonly next: Buffer;
}

/**
 * Writes a column of many rows, each only if it was not written since it was read (`version` is its xmin). Returns how
 * many were written.
 */
export async function replaceIn(
  database: Database,
  { name, table, key, column }: RowKey & { name: string; table: string; column: string },
  replacements: readonly Replacement[],
): Promise<number> {
  const keys = Object.keys(key);
  const types = [...Object.values(key), 'text', 'bytea'];
  const text = `
    UPDATE ${table} AS held SET ${column} = given.next
    FROM unnest(${types.map((type, place) => `$${place + 1}::${type}[]`).join(', ')}) AS given(${keys.join(', ')}, version, next)
    WHERE ${keys.map((each) => `held.${each} = given.${each}`).join(' AND ')} AND held.xmin::text = given.version
    RETURNING 1`;
  const values = [
    ...keys.map((each) => replacements.map(({ row }) => row[each])),
    replacements.map(({ row }) => row['version']),
    replacements.map(({ next }) => next),
  ];
  return (await database.run({ name, text }, values)).length;
}
