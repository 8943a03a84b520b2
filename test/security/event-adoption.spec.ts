// T-46. The attacker waits for an upgrade. Events from before event numbers existed must stay in the log. They must not
// delay later events, and detectors must not count them again.
import { randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { applyMigrations } from '../../src/platform/database/migrations.js';
import { createDatabase, dropDatabase } from '../support/database.js';

jest.setTimeout(60_000);

const MIGRATIONS = resolve(import.meta.dirname, '..', '..', 'prisma', 'migrations');
const FIRST_WITH_NUMBERS = '20261128040000';
const [BIG, SMALL, IDLE] = ['a', 'b', 'c'].map((letter) => `019aa000-0000-7000-8000-00000000000${letter}`);
const PIECE = 100;

describe('events without numbers, from an older release', () => {
  let url: string;
  let owner: pg.Client;

  const sql = async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
    (await owner.query<Row>(text, values)).rows;
  const migrate = (directory: string) => applyMigrations({ ownerUrl: url, directory, log: () => undefined });

  async function insert(tenant: string | undefined, count: number, users: string): Promise<void> {
    for (let nth = 1; nth <= count; nth += 1)
      await sql(`INSERT INTO audit_events (tenant_id, id, at, action, user_id) VALUES ($1, $2, '2026-01-01', $3, $4)`, [
        tenant,
        randomUUID(),
        nth % 5 === 0 ? 'factor.activated' : 'verification.refused',
        `${users}-${nth}`,
      ]);
  }

  const turn = async () => (await sql<{ is_more: boolean }>('SELECT * FROM number_audit_events(0, $1)', [PIECE]))[0];
  const usersOf = async (tenant: string | undefined) =>
    (
      await sql<{ user_id: string }>(
        'SELECT user_id FROM audit_numbers JOIN audit_events USING (tenant_id, tx, id) WHERE tenant_id = $1 ORDER BY number',
        [tenant],
      )
    ).map(({ user_id: user }) => user);
  const named = (users: string, count: number) =>
    Array.from({ length: count }, (_none, index) => `${users}-${index + 1}`);

  beforeAll(async () => {
    url = await createDatabase();
    const before = mkdtempSync(join(tmpdir(), 'countersign-before-'));
    for (const name of readdirSync(MIGRATIONS))
      if (name < FIRST_WITH_NUMBERS) cpSync(join(MIGRATIONS, name), join(before, name), { recursive: true });
    await migrate(before);
    rmSync(before, { recursive: true });
    owner = new pg.Client({ connectionString: url });
    await owner.connect();
    for (const tenant of [BIG, SMALL, IDLE])
      await sql(`INSERT INTO tenants (id, name, created_at) VALUES ($1, 'T', '2026-01-01')`, [tenant]);
    await insert(BIG, 3 * PIECE + 7, 'old');
    await insert(SMALL, 3, 'old');
    await sql(`INSERT INTO signal_cursors (tenant_id, tx, id)
               SELECT tenant_id, tx, id FROM audit_events WHERE user_id = 'old-150'`);
    await sql(
      `INSERT INTO alerts (tenant_id, id, kind, subject_id, day, first_at, last_at)
               SELECT $1, gen_random_uuid(), 'codes_sprayed', gen_random_uuid(), '2026-01-01', '2026-01-01', '2026-01-01'
               FROM generate_series(1, 3)`,
      [BIG],
    );
    await migrate(MIGRATIONS);
  });
  afterAll(async () => {
    await owner.end();
    await dropDatabase(url);
  });

  it('are numbered in pieces and in the old order, before newer events, without delaying other tenants', async () => {
    await insert(BIG, 4, 'new');
    await insert(IDLE, 2, 'new');
    await turn();
    expect(await usersOf(BIG)).toEqual(named('old', PIECE));
    expect(await usersOf(IDLE)).toEqual(named('new', 2));
    expect(await sql('SELECT number FROM signal_cursors')).toEqual([{ number: null }]);
    await insert(SMALL, 2, 'new');
    let turns = 1;
    while ((await turn())?.is_more === true) turns += 1;
    expect(turns).toBeGreaterThan(2);
    expect(await usersOf(BIG)).toEqual([...named('old', 3 * PIECE + 7), ...named('new', 4)]);
    expect(await usersOf(SMALL)).toEqual([...named('old', 3), ...named('new', 2)]);
    expect(await sql('SELECT FROM audit_adoptions')).toEqual([]);
    expect(await sql('SELECT FROM audit_inbox')).toEqual([]);
  });

  it('leave the cursor of the guess watch, and the notices of devices, unchanged', async () => {
    expect(await sql('SELECT number::int FROM signal_cursors')).toEqual([{ number: 150 }]);
    const [counts] = await sql(
      `SELECT count(*)::int AS events, count(noticed_by)::int AS notices,
         (SELECT count(*)::int FROM audit_events WHERE action = 'factor.activated') AS expected
       FROM audit_numbers`,
    );
    expect(counts).toEqual({
      events: 3 * PIECE + 18,
      notices: (counts as { expected: number }).expected,
      expected: 61,
    });
  });

  it('and alerts have numbers without gaps', async () => {
    expect(await sql('SELECT number::int FROM alerts ORDER BY number')).toEqual(
      [1, 2, 3].map((number) => ({ number })),
    );
  });

  it('are numbered once, also after repeated runs', async () => {
    for (let again = 0; again < 3; again += 1) await turn();
    expect(await sql('SELECT count(*)::int AS n FROM audit_numbers')).toEqual([{ n: 3 * PIECE + 18 }]);
  });
});
