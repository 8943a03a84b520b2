// Binds rows that a spec wrote by SQL, as the service would have bound them. This needs the key ring, which an attacker
// in the database does not have.
import {
  BINDING_NAMES,
  BINDINGS,
  type Binding,
  type BindingName,
  type Facts,
} from '../../src/platform/keys/bindings.js';
import type { KeyRing } from '../../src/platform/crypto/key-ring.js';
import { RowBinder } from '../../src/platform/keys/row-binder.js';

type Row = Record<string, unknown>;
export type Query = (text: string, values: unknown[]) => Promise<Row[]>;

const AT_ONCE = 5_000;

/** Every row of these bindings whose MAC is missing; with `all`, also those whose facts were changed. */
export async function bindRows(
  query: Query,
  ring: KeyRing,
  { names = BINDING_NAMES, all = false }: { names?: readonly BindingName[]; all?: boolean } = {},
): Promise<void> {
  const binder = new RowBinder(ring);
  for (const name of names) {
    const { table, key, facts, mac, where = 'true' }: Binding = BINDINGS[name];
    const columns = [...new Set([...Object.keys(key), ...facts, mac])].join(', ');
    const rows = await query(`SELECT ${columns} FROM ${table} WHERE ${where} ${all ? '' : `AND ${mac} IS NULL`}`, []);
    const wrong = rows.filter((row) => !binder.isRight(name, row as Facts, row[mac] as Buffer | null));
    const keys = Object.entries(key);
    const types = [...keys.map(([, type]) => type), 'bytea'];
    const given = types.map((type, place) => `$${place + 1}::${type}[]`).join(', ');
    const text = `
      UPDATE ${table} AS held SET ${mac} = given.next FROM unnest(${given}) AS given(${Object.keys(key).join(', ')}, next)
      WHERE ${keys.map(([column]) => `held.${column} = given.${column}`).join(' AND ')}`;
    for (let from = 0; from < wrong.length; from += AT_ONCE) {
      const part = wrong.slice(from, from + AT_ONCE);
      const macs = part.map((row) => Buffer.from(binder.bind(name, row as Facts)));
      await query(text, [...keys.map(([column]) => part.map((row) => row[column])), macs]);
    }
  }
}
