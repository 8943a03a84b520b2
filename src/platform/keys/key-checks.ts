// Compares the key ring with the keys of this database at the start. Otherwise a wrong ring would cause refusals and
// wrong counters, one row at a time. A ring is wrong if it belongs to another deployment, lacks a key, or has other
// bytes under a known id.
import type { Clock } from '../clock/clock.js';
import { BlindIndex, PHONE_NUMBER_INDEX } from '../crypto/blind-index.js';
import { constantTimeEqual } from '../crypto/constant-time.js';
import type { KeyRing } from '../crypto/key-ring.js';
import { Sealer } from '../crypto/sealer.js';
import type { Database, Statement } from '../database/database.js';
import { OperatorError } from '../errors/operator-error.js';
import type { BoundRows } from './bound-rows.js';
import { SealedRows } from './sealed-rows.js';

interface Check {
  readonly name: string;
  readonly value: Buffer;
  readonly retiredAt: Date | null;
}

const ALL: Statement = {
  name: 'key_checks',
  text: 'SELECT name, value, retired_at AS "retiredAt" FROM key_checks',
};

const ADD: Statement = {
  name: 'key_check_add',
  text: 'INSERT INTO key_checks (name, value, created_at) VALUES ($1, $2::bytea, $3::timestamptz) ON CONFLICT DO NOTHING',
};

const RETIRE: Statement = {
  name: 'key_check_retire',
  text: 'UPDATE key_checks SET retired_at = $2::timestamptz WHERE name = $1 AND retired_at IS NULL RETURNING name',
};

const A_NUMBER: Statement = {
  name: 'key_check_number',
  text: `
    SELECT tenant_id AS "tenantId", factor_id AS "factorId", number_sealed AS sealed, number_index AS index
    FROM phones WHERE number_index IS NOT NULL LIMIT 1`,
};

interface IndexedNumber {
  readonly tenantId: string;
  readonly factorId: string;
  readonly sealed: Buffer;
  readonly index: Buffer;
}

const ROOT = 'index root';
const keyName = (id: string) => `key ${id}`;

export class KeyChecks {
  private readonly rows: SealedRows;

  constructor(
    private readonly database: Database,
    private readonly ring: KeyRing,
    private readonly clock: Clock,
    private readonly bound: BoundRows,
  ) {
    this.rows = new SealedRows(database, ring);
  }

  /** @throws OperatorError: one sentence with the key and the remedy. */
  async compare(): Promise<void> {
    const known = await this.known();
    // SECURITY(T-48): before the first value is stored, only the rows can be compared.
    if (!known.has(ROOT)) await this.mustOpenWhatIsThere();
    await this.add(known);
    // If another instance stored one at the same time, that one counts.
    const stored = await this.known();
    this.compareRoot(stored);
    for (const id of this.ring.ids) this.compareKey(id, stored);
    await this.mustHaveEveryKeyNeeded(stored);
  }

  /** From now on the ring may lack the key. @throws OperatorError if rows need it, or if it is the active one. */
  async retire(id: string): Promise<void> {
    if (id === this.ring.activeId)
      throw new OperatorError(`Key "${id}" is the active one: activate another one first.`);
    if (!(await this.known()).has(keyName(id))) throw new OperatorError(`This database knows no key "${id}".`);
    const needed = await this.neededBy(id);
    if (needed.length > 0) throw new OperatorError(stillNeeded(id, needed));
    await this.database.run(RETIRE, [keyName(id), this.clock.now()]);
  }

  private async neededBy(id: string): Promise<string[]> {
    return [...(await this.rows.neededBy(id)), ...(await this.bound.neededBy(id))];
  }

  private async known(): Promise<Map<string, Check>> {
    return new Map((await this.database.run<Check>(ALL, [])).map((check) => [check.name, check]));
  }

  private async add(known: ReadonlyMap<string, Check>): Promise<void> {
    const now = this.clock.now();
    const values = [
      [ROOT, this.ring.rootCheck(ROOT)],
      ...this.ring.ids.map((id) => [keyName(id), this.ring.keyCheck(id)]),
    ] as const;
    for (const [name, value] of values)
      if (!known.has(name as string)) await this.database.run(ADD, [name, value, now]);
  }

  private compareRoot(stored: ReadonlyMap<string, Check>): void {
    if (isSame(stored.get(ROOT), this.ring.rootCheck(ROOT))) return;
    throw new OperatorError(OTHER_ROOT);
  }

  private compareKey(id: string, stored: ReadonlyMap<string, Check>): void {
    const check = stored.get(keyName(id));
    if (!isSame(check, this.ring.keyCheck(id)))
      throw new OperatorError(
        `Key "${id}" of the key ring has other bytes than before. Put the old key back, and give a new key ` +
          'an id that was never used.',
      );
    if (check?.retiredAt && id === this.ring.activeId)
      throw new OperatorError(`Key "${id}" of the key ring was retired and is active again: activate another one.`);
  }

  private async mustHaveEveryKeyNeeded(stored: ReadonlyMap<string, Check>): Promise<void> {
    const held = new Set(this.ring.ids.map(keyName));
    for (const { name, retiredAt } of stored.values()) {
      if (name === ROOT || held.has(name) || retiredAt !== null || !name.startsWith(keyName(''))) continue;
      const id = name.slice(keyName('').length);
      const needed = await this.neededBy(id);
      if (needed.length > 0) throw new OperatorError(`The key ring lacks a key. ${stillNeeded(id, needed)}`);
    }
  }

  private async mustOpenWhatIsThere(): Promise<void> {
    for (const [column, counts] of await this.rows.counts()) {
      const lost = [...counts.keys()].find((id) => !this.ring.ids.includes(id));
      if (lost !== undefined) throw new OperatorError(`The key ring lacks a key. ${stillNeeded(lost, [column])}`);
    }
    for (const id of this.ring.ids)
      if ((await this.rows.samplesOf(id)).includes(false))
        throw new OperatorError(
          `Key "${id}" of the key ring does not open the rows that it sealed: put the old key back.`,
        );
    if (!(await this.findsNumbers())) throw new OperatorError(OTHER_ROOT);
  }

  /** Whether a registered number would be found, if there is one. */
  private async findsNumbers(): Promise<boolean> {
    const [number] = await this.database.run<IndexedNumber>(A_NUMBER, []);
    if (number === undefined) return true;
    const { tenantId, factorId: rowId, sealed, index } = number;
    const place = { tenantId, table: 'phones', column: 'number_sealed', rowId };
    const text = new Sealer(this.ring).open(sealed, place).toString();
    return constantTimeEqual(new BlindIndex(this.ring).of(tenantId, PHONE_NUMBER_INDEX, text), index);
  }
}

const OTHER_ROOT =
  'The indexRoot of the key ring differs from that of this database, so no registered number would be ' +
  'found. Put the old indexRoot back.';

function isSame(check: Check | undefined, value: Buffer | undefined): boolean {
  return check !== undefined && value !== undefined && constantTimeEqual(check.value, value);
}

function stillNeeded(id: string, columns: readonly string[]): string {
  return (
    `Key "${id}" still opens rows (${columns.join(', ')}): keep it in the ring, run ` +
    '`npm run --silent admin -- keys reseal --apply`, then `keys retire`.'
  );
}
