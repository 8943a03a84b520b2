// The rows of a binding: adopts rows from before there were MACs, binds rows again under the active key, and lists the
// keys in use.
import type { Clock } from '../clock/clock.js';
import { keyIdOf } from '../crypto/key-head.js';
import type { KeyRing } from '../crypto/key-ring.js';
import type { Database, Statement } from '../database/database.js';
import { BINDING_NAMES, BINDINGS, type Binding, type BindingName, type Facts } from './bindings.js';
import { replaceIn, batchesOf, type Replacement, type WalkedRow } from './row-walk.js';
import { RowBinder } from './row-binder.js';

const ADOPTED: Statement = {
  name: 'bindings_adopted',
  text: "SELECT name, value FROM key_checks WHERE name LIKE 'bound %'",
};

const ADOPT: Statement = {
  name: 'binding_adopt',
  text: 'INSERT INTO key_checks (name, value, created_at) VALUES ($1, $2::bytea, $3::timestamptz) ON CONFLICT DO NOTHING',
};

const IS_NEW: Statement = {
  name: 'database_is_new',
  text: 'SELECT NOT EXISTS (SELECT FROM clients) AND NOT EXISTS (SELECT FROM users) AND NOT EXISTS (SELECT FROM factors) AS "isNew"',
};

/** Rows that were changed meanwhile are handled in the next round. */
const ROUNDS = 20;

const labelOf = (name: string) => `bound ${name}`;

export interface Rebound {
  readonly bound: number;
  /** Rows that the service did not write and that cannot be adopted: left unchanged. */
  readonly untrusted: number;
}

export class BoundRows {
  constructor(
    private readonly database: Database,
    private readonly ring: KeyRing,
    private readonly binder: RowBinder,
    private readonly clock: Clock,
  ) {}

  /**
   * Tells the binder which bindings are adopted, and adopts those of a new database. Returns the names that still need
   * `keys adopt`.
   */
  async begin(): Promise<BindingName[]> {
    const [row] = await this.database.run<{ isNew: boolean }>(IS_NEW, []);
    if (row?.isNew === true) for (const name of BINDING_NAMES) await this.flag(name);
    return this.refresh();
  }

  /** The names that still need `keys adopt`. */
  async refresh(): Promise<BindingName[]> {
    const rows = await this.database.run<{ name: string; value: Buffer }>(ADOPTED, []);
    // SECURITY(T-47): the service's role can neither change nor remove these rows, and making one needs the key ring.
    const isOurs = (name: string) =>
      rows.some((row) => row.name === labelOf(name) && row.value.equals(this.ring.rootCheck(labelOf(name))));
    this.binder.adopt(BINDING_NAMES.filter(isOurs));
    return BINDING_NAMES.filter((name) => !this.binder.isAdopted(name));
  }

  /** Number of rows of a binding by key id, or `none` for rows without a MAC. */
  async counts(name: BindingName): Promise<ReadonlyMap<string, number>> {
    const { mac }: Binding = BINDINGS[name];
    const counts = new Map<string, number>();
    for await (const rows of this.walk(name))
      for (const row of rows) {
        const bytes = row[mac] as Buffer | null;
        const id = bytes === null ? 'none' : (keyIdOf(bytes) ?? '(unreadable)');
        counts.set(id, (counts.get(id) ?? 0) + 1);
      }
    return counts;
  }

  /**
   * Trusts the present rows and binds them. From then on a row without a MAC is refused.
   * SECURITY(T-47): only once for each binding. Otherwise an attacker's rows would become trusted at the next upgrade.
   */
  async adopt(name: BindingName): Promise<number> {
    await this.refresh();
    if (this.binder.isAdopted(name)) return 0;
    let bound = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const { written, missed } = await this.bindAll(name, (row) => !this.isRight(name, row));
      bound += written;
      if (missed === 0) break;
    }
    await this.flag(name);
    await this.refresh();
    return bound;
  }

  /** Binds rows again that another key than the active one has bound. */
  async rebind(name: BindingName): Promise<Rebound> {
    const { mac }: Binding = BINDINGS[name];
    const isOld = (row: WalkedRow) => row[mac] !== null && keyIdOf(row[mac] as Buffer) !== this.ring.activeId;
    let untrusted = 0;
    const { written } = await this.bindAll(name, (row) => {
      if (!isOld(row)) return false;
      const isRight = this.isRight(name, row);
      untrusted += isRight ? 0 : 1;
      return isRight;
    });
    return { bound: written, untrusted };
  }

  /** Columns, as `table.column`, with a MAC under this key. */
  async neededBy(keyId: string): Promise<string[]> {
    const needed: string[] = [];
    for (const name of BINDING_NAMES) {
      const { table, mac }: Binding = BINDINGS[name];
      if ((await this.counts(name)).has(keyId)) needed.push(`${table}.${mac}`);
    }
    return needed;
  }

  private async bindAll(name: BindingName, isToBind: (row: WalkedRow) => boolean) {
    const { table, mac, key }: Binding = BINDINGS[name];
    let [written, missed] = [0, 0];
    for await (const rows of this.walk(name)) {
      const replacements: Replacement[] = rows
        .filter(isToBind)
        .map((row) => ({ row, next: Buffer.from(this.binder.bind(name, row as Facts)) }));
      if (replacements.length === 0) continue;
      const done = await replaceIn(this.database, { name: `bind_${name}`, table, key, column: mac }, replacements);
      written += done;
      missed += replacements.length - done;
    }
    return { written, missed };
  }

  private isRight(name: BindingName, row: WalkedRow): boolean {
    return this.binder.isRight(name, row, row[BINDINGS[name].mac] as Buffer | null);
  }

  private walk(name: BindingName) {
    const { table, key, facts, mac, where = 'true' }: Binding = BINDINGS[name];
    const columns = [...facts.filter((fact) => !(fact in key)), mac];
    return batchesOf(this.database, {
      name: `bound_${name}`,
      table,
      key,
      columns,
      where: `${where} AND $1::text IS NOT NULL`,
      value: name,
    });
  }

  private async flag(name: BindingName): Promise<void> {
    await this.database.run(ADOPT, [labelOf(name), this.ring.rootCheck(labelOf(name)), this.clock.now()]);
  }
}
