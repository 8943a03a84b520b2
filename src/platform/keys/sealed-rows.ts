// All sealed values of the database by key: counts them, and reseals them under the active key.
import type { KeyRing } from '../crypto/key-ring.js';
import { keyHead, keyIdOf } from '../crypto/key-head.js';
import { SealBroken, Sealer, type SealedPlace } from '../crypto/sealer.js';
import type { Database } from '../database/database.js';
import { batchesOf, replaceIn, type WalkedRow } from './row-walk.js';
import { SEALED_COLUMNS, type SealedColumn } from './sealed-columns.js';

/** Results for the rows of one column. */
export interface Resealed {
  readonly resealed: number;
  /** Changed since they were read. The next run handles them. */
  readonly changed: number;
  /** The ring cannot open them: left unchanged. */
  readonly unopened: number;
}

export class SealedRows {
  private readonly sealer: Sealer;

  constructor(
    private readonly database: Database,
    private readonly ring: KeyRing,
  ) {
    this.sealer = new Sealer(ring);
  }

  /** Number of values that each key sealed, as `table.column` by key id. */
  async counts(): Promise<ReadonlyMap<string, ReadonlyMap<string, number>>> {
    const all = new Map<string, ReadonlyMap<string, number>>();
    for (const column of SEALED_COLUMNS) {
      const counts = new Map<string, number>();
      for await (const rows of this.walk(column, 'all'))
        for (const row of rows) {
          const id = keyIdOf(bytesOf(row, column)) ?? '(unreadable)';
          counts.set(id, (counts.get(id) ?? 0) + 1);
        }
      all.set(nameOf(column), counts);
    }
    return all;
  }

  /** One value of this key from each column that has one, and whether it opens. */
  async samplesOf(keyId: string): Promise<boolean[]> {
    const found: boolean[] = [];
    for (const column of SEALED_COLUMNS) {
      const { value } = (await this.walk(column, { sealedBy: keyId }).next()) as { value: WalkedRow[] | undefined };
      for (const row of value?.slice(0, 1) ?? []) found.push(this.opened(row, column) !== null);
    }
    return found;
  }

  /** Columns, as `table.column`, with a value that only this key opens. */
  async neededBy(keyId: string): Promise<string[]> {
    const needed: string[] = [];
    for (const column of SEALED_COLUMNS)
      if (!(await this.walk(column, { sealedBy: keyId }).next()).done) needed.push(nameOf(column));
    return needed;
  }

  /** Reseals every value of a column that another key than the active one sealed. */
  async reseal(column: SealedColumn, progress: (done: number) => void): Promise<Resealed> {
    let [resealed, changed, unopened] = [0, 0, 0];
    for await (const rows of this.walk(column, { notSealedBy: this.ring.activeId })) {
      const opened = rows.map((row) => ({ row, text: this.opened(row, column) }));
      const replacements = opened.flatMap(({ row, text }) =>
        text === null ? [] : [{ row, next: this.sealer.seal(text, placeOf(row, column)) }],
      );
      const name = `reseal_${column.table}_${column.column}`;
      const written = replacements.length === 0 ? 0 : await replaceIn(this.database, { ...column, name }, replacements);
      resealed += written;
      changed += replacements.length - written;
      unopened += rows.length - replacements.length;
      progress(resealed);
    }
    return { resealed, changed, unopened };
  }

  private walk(column: SealedColumn, which: Which) {
    const { where, value } = conditionOf(column.column, which);
    const columns = [...new Set([column.row, ...(column.tenant === null ? [] : [column.tenant]), column.column])];
    return batchesOf(this.database, {
      name: `sealed_${column.table}_${column.column}_${typeof which === 'string' ? which : Object.keys(which).join('')}`,
      table: column.table,
      key: column.key,
      columns: columns.filter((each) => !(each in column.key)),
      where,
      value,
    });
  }

  private opened(row: WalkedRow, column: SealedColumn): Buffer | null {
    try {
      return this.sealer.open(bytesOf(row, column), placeOf(row, column));
    } catch (error) {
      if (error instanceof SealBroken) return null;
      throw error;
    }
  }
}

type Which = 'all' | { readonly sealedBy: string } | { readonly notSealedBy: string };

/** `$1` is the head of the key's values. */
export function conditionOf(column: string, which: Which): { where: string; value: Buffer } {
  const begins = `substring(${column} for octet_length($1::bytea)) = $1::bytea`;
  if (which === 'all') return { where: `${column} IS NOT NULL AND $1::bytea IS NOT NULL`, value: Buffer.alloc(0) };
  if ('sealedBy' in which) return { where: begins, value: keyHead(which.sealedBy) };
  return { where: `NOT ${begins}`, value: keyHead(which.notSealedBy) };
}

function nameOf({ table, column }: SealedColumn): string {
  return `${table}.${column}`;
}

function bytesOf(row: WalkedRow, { column }: SealedColumn): Buffer {
  return row[column] as Buffer;
}

function placeOf(row: WalkedRow, { table, column, tenant, row: id }: SealedColumn): SealedPlace {
  return { tenantId: tenant === null ? '' : (row[tenant] as string), table, column, rowId: row[id] as string };
}
