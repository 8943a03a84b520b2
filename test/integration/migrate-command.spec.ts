// `migrate` as operators run it, and the errors of a production service whose database is not migrated.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkSchema } from '../../src/platform/database/schema-check.js';
import { createDatabase, createLogin, dropDatabase } from '../support/database.js';
import { query } from '../support/embedded-child.js';

const execute = promisify(execFile);
const RUN_MIGRATE = 'run `migrate --apply` with this build first';

describe('the migrate command', () => {
  let ownerUrl: string;
  let serviceUrl: string;

  beforeEach(async () => {
    ownerUrl = await createDatabase();
    serviceUrl = await createLogin(ownerUrl);
  });
  afterEach(() => dropDatabase(ownerUrl));

  async function migrate(...words: string[]): Promise<{ applied?: string[]; dryRun?: boolean }> {
    const env = { NODE_ENV: 'production', MIGRATION_DATABASE_URL: ownerUrl, DATABASE_URL: serviceUrl };
    const args = [join(process.cwd(), 'dist/admin.js'), 'migrate', '--json', ...words];
    const { stdout } = await execute(process.execPath, args, { env: { PATH: process.env['PATH'], ...env } });
    return JSON.parse(stdout) as { applied?: string[] };
  }

  const check = (): Promise<string> =>
    checkSchema(serviceUrl, join(process.cwd(), 'prisma/migrations')).then(
      () => 'accepted',
      (error: unknown) => (error as Error).message,
    );

  /** The rights of each role on each table and column. */
  const rights = async () => {
    const rows = await query<{ right: string }>(
      ownerUrl,
      `SELECT relname || ' ' || coalesce(attname, '') || ' ' || privilege_type AS right
       FROM (SELECT relname, NULL AS attname, (aclexplode(relacl)).* FROM pg_class WHERE relnamespace = 'public'::regnamespace
             UNION ALL SELECT relname, attname, (aclexplode(attacl)).* FROM pg_attribute JOIN pg_class ON attrelid = pg_class.oid) AS given
       WHERE grantee = 'countersign_service'::regrole ORDER BY 1`,
    );
    return rows.map(({ right }) => right);
  };

  it('changes nothing without --apply, and the production service asks for it if the database is empty', async () => {
    expect(await migrate()).toMatchObject({ dryRun: true });
    expect(await query(ownerUrl, "SELECT FROM pg_tables WHERE schemaname = 'public'")).toEqual([]);
    expect(await check()).toContain(RUN_MIGRATE);
  });

  it('applies each migration once when two commands run at the same instant, and none afterwards', async () => {
    const outcomes = await Promise.all([migrate('--apply'), migrate('--apply')]);
    const counts = outcomes.map(({ applied = [] }) => applied.length).sort((a, b) => a - b);
    expect([counts[0], (counts[1] ?? 0) > 10]).toEqual([0, true]);
    expect(await migrate('--apply')).toEqual({ applied: [] });
    expect(await check()).toBe('accepted');
  });

  it('restores the rights of the service role after a restored dump lost them', async () => {
    await migrate('--apply');
    const before = await rights();
    expect(before.length).toBeGreaterThan(100);
    await query(
      ownerUrl,
      `REVOKE ALL ON ALL TABLES IN SCHEMA public FROM countersign_service;
       REVOKE USAGE ON SCHEMA public FROM countersign_service; REVOKE countersign_service FROM ${new URL(serviceUrl).username}`,
    );
    expect(await rights()).toEqual([]);
    expect(await check()).toContain(RUN_MIGRATE);
    await migrate('--apply');
    expect(await rights()).toEqual(before);
    expect(await check()).toBe('accepted');
  });

  it('is required by a build with more migrations, not by a build with fewer', async () => {
    await migrate('--apply');
    const record = (name: string) =>
      query(
        ownerUrl,
        `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('${name}', '', '${name}', now())`,
      );
    await record('20990101000000_adds');
    expect(await check()).toBe('accepted');
    expect(await migrate('--apply')).toEqual({ applied: [] });
    await record('20990102000000_contract_takes');
    expect(await check()).toContain('The database has migration 20990102000000_contract_takes');
    await query(ownerUrl, "DELETE FROM _prisma_migrations WHERE migration_name > '20990000'");
    await query(ownerUrl, `DELETE FROM _prisma_migrations WHERE migration_name = '20261125120000_signals'`);
    expect(await check()).toBe(`The database lacks migration 20261125120000_signals: ${RUN_MIGRATE}.`);
  });
});
