// T-11. The attacker fills a table with 130,000 unexpired challenges of their tenant in two minutes. Each request that
// sweeps a few rows would then read the whole table. Before the fix, the tenants' openings fell from 1,565 a second to
// 90.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { sweep } from '../../src/platform/database/once.statement.js';
import { TestService } from '../support/service.js';

// The plan is the same from a few thousand rows on; `SWEEP_ROWS=130000` takes a minute.
const ROWS = Number(process.env['SWEEP_ROWS'] ?? 20_000);
const MOST_BUFFERS = 100;
const src = join(import.meta.dirname, '..', '..', 'src');
const START = '2026-01-01T00:00:00Z';
/** A time when no row is expired, and a time when all are. */
const TIMES = [START, '2026-02-28T00:00:00Z'];

const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter(
    (file) => /(?<!\.spec)\.ts$/.test(file) && !file.startsWith('generated') && !file.endsWith('once.statement.ts'),
  )
  .map((file) => ({ file, source: readFileSync(join(src, file), 'utf8') }));

/** Statements in the sources that delete a few rows. */
const written = sources.flatMap(({ file, source }) =>
  [...source.matchAll(/DELETE FROM (\w+) WHERE \([^`]*?LIMIT[^`]*?\)(?=`|\n\s+\))/g)].map(
    ([text = '', table = '']) => ({ file, table, text }),
  ),
);

/** Statements for tables that are passed to `sweep`. */
const built = sources
  .filter(({ source }) => source.includes('sweep('))
  .flatMap(({ file, source }) =>
    [...source.matchAll(/\{\s*table: '(\w+)',\s*key: \['tenant_id', ([^\]]+)\]/g)].map(([, table = '', rest = '']) => ({
      file,
      table,
      text: sweep({
        table,
        key: ['tenant_id', ...rest.split(',').map((name) => name.trim().slice(1, -1))],
        keptMinutes: 5,
      }),
    })),
  );
const sweeps = [...written, ...built];

const within = sweeps.filter(({ text }) => text.includes('expires_at'));

/** The same statement with the tenant as its first parameter, the time as its second, and its constants. */
function prepared(text: string): string {
  return text
    .replaceAll(/(\$\d|:tenant|\$\{[\w.]+\})::uuid/g, '$$1::uuid')
    .replaceAll(/to_timestamp\(\$\d::bigint \/ 1000\.0\)|(\$\d|:now|\$\{now\})::timestamptz/g, '$$2::timestamptz')
    .replaceAll(/make_interval\(mins => \$\{\w+\}::int\)|interval '\$\{\w+_MINUTES\} minutes'/g, "interval '5 minutes'")
    .replaceAll(/LIMIT \$\{\w+\}(::int)?/g, 'LIMIT 8');
}

interface Plan {
  readonly 'Node Type': string;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly Plan[];
}

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

describe('a table with many rows of one tenant', () => {
  let service: TestService;
  let client: pg.Client;
  let tenantId: string;

  /** Rows with a value in every column that has no default. */
  async function fill(table: string): Promise<void> {
    const { rows: columns } = await client.query<{ name: string; type: string }>(
      `SELECT column_name AS name, udt_name AS type FROM information_schema.columns
       WHERE table_schema = 'public' AND table_name = $1 AND is_nullable = 'NO' AND column_default IS NULL`,
      [table],
    );
    const values = columns.map(({ name, type }) => valueOf(name, type));
    const names = columns.map(({ name }) => name).join(', ');
    await client.query(
      `INSERT INTO ${table} (${names}) SELECT ${values.join(', ')} FROM generate_series(1, ${ROWS}) AS n`,
    );
    await client.query(`ANALYZE ${table}`);
  }

  function valueOf(name: string, type: string): string {
    if (name === 'tenant_id') return `'${tenantId}'::uuid`;
    if (name === 'client_id') return `(SELECT id FROM clients WHERE tenant_id = '${tenantId}' LIMIT 1)`;
    if (name === 'status') return `'pending'`;
    if (name === 'kind') return `'dpop'`;
    const values: Record<string, string> = {
      uuid: 'gen_random_uuid()',
      bytea: `sha256(n::text::bytea)`,
      text: `'totp'`,
      timestamptz: `'${START}'::timestamptz + n * interval '1 millisecond'`,
      bool: 'false',
      int8: '1',
      _int4: `'{1}'`,
    };
    return values[type] ?? '1';
  }

  beforeAll(async () => {
    service = await TestService.start();
    await service.tenant();
    client = new pg.Client({ connectionString: service.databaseUrl });
    await client.connect();
    const { rows } = await client.query<{ id: string }>('SELECT tenant_id AS id FROM clients LIMIT 1');
    tenantId = rows[0]?.id ?? '';
  });
  afterAll(async () => {
    await client.end();
    await service.stop();
  });

  async function expectIndex(table: string, mode: string, time: string): Promise<void> {
    await client.query('BEGIN');
    await client.query(`SET LOCAL plan_cache_mode = ${mode}`);
    const explained = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE swept('${tenantId}', '${time}')`,
    );
    await client.query('ROLLBACK');
    const plan = explained.rows[0]?.['QUERY PLAN'][0].Plan;
    if (!plan) throw new Error('no plan');
    const buffers = plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
    process.stderr.write(`${table} ${mode} ${time}: ${buffers} buffers\n`);
    expect(nodesOf(plan).map((node) => node['Node Type'])).not.toContain('Seq Scan');
    expect(buffers).toBeLessThanOrEqual(MOST_BUFFERS);
  }

  it('is swept within requests only if it is in this list', () => {
    expect(within.map(({ table }) => table).sort()).toEqual([
      'blind_lookups',
      'budgets',
      'challenges',
      'idempotency_keys',
      'proof_jtis',
      'spent_assertions',
    ]);
    // Every call of `sweep` is found above.
    const calls = sources.flatMap(({ source }) => source.match(/\bsweep\(/g) ?? []);
    expect(calls).toHaveLength(built.length);
  });

  // Workers' sweeps too: without an order, the plan depends on the table.
  it('is swept with an ORDER BY in every statement', () => {
    expect(sweeps.filter(({ text }) => !text.includes('ORDER BY')).map(({ file }) => file)).toEqual([]);
  });

  it.each(within.map((sweep, index) => [`${sweep.table} (${sweep.file}, ${index})`, sweep] as const))(
    'is swept by its index under every plan: %s',
    async (_name, { table, text }) => {
      const { rows } = await client.query(`SELECT FROM ${table} LIMIT 1`);
      if (rows.length === 0) await fill(table);
      const statement = prepared(text);
      await client.query('DEALLOCATE ALL');
      await client.query(`PREPARE swept(uuid, timestamptz) AS ${statement}`);
      for (const mode of ['force_custom_plan', 'force_generic_plan'])
        for (const time of TIMES) await expectIndex(table, mode, time);
    },
  );
});
