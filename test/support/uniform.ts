// Checks whether refusals differ, by a byte of the answer or by their writes in the database. It uses one service, a
// few open connections, and the owner's connection to look at the rows.
import pg from 'pg';
import type { Stage } from './stage.js';
import { masked, Wire, type WireRequest } from './wire.js';

/** Answers that are compared for each kind: `PAIRS=1000` compares more. A byte that depends on the kind differs in the first. */
export const PAIRS = Number(process.env['PAIRS'] ?? 64);
const WIRES = 4;

export type Asked = Omit<WireRequest, 'token'>;

/** One kind of refusal. */
export interface Kind {
  readonly reason: string;
  readonly request: (index: number) => Asked;
  /** Runs after every fourth request, so that no lock and no limit changes the kind. */
  readonly undo?: () => Promise<unknown>;
}

/** Rows that one request replaced, changed or added. */
export type Writes = Readonly<Record<'users' | 'factors' | 'challenges' | 'events', { fresh: number; gone: number }>>;

const TABLES = { users: 'users', factors: 'factors', challenges: 'challenges', events: 'audit_events' } as const;

export class Uniform {
  private constructor(
    private readonly stage: Stage,
    readonly owner: pg.Client,
    private readonly wires: readonly Wire[],
  ) {}

  static async over(stage: Stage): Promise<Uniform> {
    const owner = new pg.Client({ connectionString: stage.service.databaseUrl });
    await owner.connect();
    const wires = await Promise.all(Array.from({ length: WIRES }, () => Wire.open(stage.service.url)));
    return new Uniform(stage, owner, wires);
  }

  async close(): Promise<void> {
    for (const wire of this.wires) wire.close();
    await this.owner.end();
  }

  ask(request: Asked, index = 0): Promise<string> {
    return (this.wires[index % WIRES] as Wire).send({ ...request, token: this.stage.token });
  }

  /** Clears the failures of a user. */
  forget(userId: string): Promise<unknown> {
    const text = `UPDATE users SET consecutive_failures = 0, recent_failures = '{}', locked_until = NULL WHERE user_id = $1`;
    return this.owner.query(text, [userId]);
  }

  /** Sends refusals of the kind; each must have the bytes of the reference and the kind's own reason. */
  async expectBytes({ reason, request, undo }: Kind, reference: string): Promise<void> {
    const before = await this.lastTx();
    const differing: string[] = [];
    for (let index = 0; index < PAIRS; index += WIRES) {
      const asked = Array.from({ length: WIRES }, (_none, wire) => this.ask(request(index + wire), wire));
      for (const answer of await Promise.all(asked)) if (masked(answer) !== reference) differing.push(answer);
      await undo?.();
    }
    expect(differing).toEqual([]);
    expect(await this.eventsSince(before)).toEqual({ [reason]: PAIRS });
  }

  async writesOf({ request, undo }: Kind): Promise<Writes> {
    const before = await this.versions();
    await this.ask(request(0));
    const after = await this.versions();
    await undo?.();
    const change = (table: keyof Writes) => {
      const [old, present] = [before[table], after[table]];
      const fresh = [...present].filter((version) => !old.has(version)).length;
      return [table, { fresh, gone: [...old].filter((version) => !present.has(version)).length }] as const;
    };
    return Object.fromEntries((Object.keys(TABLES) as (keyof Writes)[]).map(change)) as Writes;
  }

  /** Row versions: each write gives a row another one. */
  private async versions(): Promise<Record<keyof Writes, Set<string>>> {
    const found = {} as Record<keyof Writes, Set<string>>;
    for (const [name, table] of Object.entries(TABLES) as [keyof Writes, string][]) {
      const text = `SELECT concat_ws(' ', ctid, xmin, cmin) AS version FROM ${table}`;
      found[name] = new Set((await this.owner.query<{ version: string }>(text)).rows.map(({ version }) => version));
    }
    return found;
  }

  private async eventsSince(tx: string): Promise<Record<string, number>> {
    const text = 'SELECT reason, count(*)::int AS n FROM audit_events WHERE tx > $1 GROUP BY reason';
    const { rows } = await this.owner.query<{ reason: string; n: number }>(text, [tx]);
    return Object.fromEntries(rows.map(({ reason, n }) => [reason, n]));
  }

  private async lastTx(): Promise<string> {
    const { rows } = await this.owner.query<{ tx: string }>('SELECT max(tx)::text AS tx FROM audit_events');
    return rows[0]?.tx ?? '0';
  }
}
