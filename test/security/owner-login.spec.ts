// R-11, T-17. The attacker can read the environment of the serving process, or run SQL on its connection. They look for
// a login that can change tables, drop the triggers of the audit log or create logins. Production must not start with
// such a login.
import { join } from 'node:path';
import { refuseOwnersLogin } from '../../src/platform/database/serving-login.js';
import { query } from '../support/embedded-child.js';
import { runNode } from '../support/mutant.js';
import { TestService } from '../support/service.js';

describe('the database login in production', () => {
  let service: TestService;
  let url: string;
  let login: string;

  beforeAll(async () => {
    service = await TestService.start(0);
    url = await service.productionUrl();
    login = new URL(url).username;
  });
  afterAll(async () => {
    await query(service.databaseUrl, `DROP ROLE IF EXISTS ${login}_group`);
    await service.stop();
  });

  const refusal = (ofUrl = url): Promise<string> =>
    refuseOwnersLogin(ofUrl).then(
      () => 'accepted',
      (error: unknown) => (error as Error).message,
    );

  it('is accepted if it has only the rights that the service needs', async () => {
    expect(await refusal()).toBe('accepted');
  });

  it.each([
    ['may make roles', 'ALTER ROLE app CREATEROLE', 'ALTER ROLE app NOCREATEROLE'],
    ['may make databases', 'ALTER ROLE app CREATEDB', 'ALTER ROLE app NOCREATEDB'],
    ['may make schemas', 'GRANT CREATE ON DATABASE base TO app', 'REVOKE CREATE ON DATABASE base FROM app'],
    ['may make tables', 'GRANT CREATE ON SCHEMA public TO app', 'REVOKE CREATE ON SCHEMA public FROM app'],
    ['may make tables', 'GRANT CREATE ON SCHEMA public TO PUBLIC', 'REVOKE CREATE ON SCHEMA public FROM PUBLIC'],
    ['may truncate or put triggers on users', 'GRANT TRUNCATE ON users TO app', 'REVOKE TRUNCATE ON users FROM app'],
    [
      'may truncate or put triggers on audit_events',
      'GRANT TRIGGER ON audit_events TO app',
      'REVOKE TRIGGER ON audit_events FROM app',
    ],
    ['may rewrite audit_events', 'GRANT UPDATE (at) ON audit_events TO app', 'REVOKE UPDATE ON audit_events FROM app'],
    [
      'may rewrite audit_events',
      'GRANT DELETE ON audit_events TO countersign_service',
      'REVOKE DELETE ON audit_events FROM countersign_service',
    ],
    [
      'may rewrite _prisma_migrations',
      'GRANT INSERT ON _prisma_migrations TO app',
      'REVOKE INSERT ON _prisma_migrations FROM app',
    ],
    [
      'may truncate or put triggers on tenants',
      'CREATE ROLE app_group; ALTER ROLE app NOINHERIT; GRANT TRUNCATE ON tenants TO app_group; GRANT app_group TO app',
      'ALTER ROLE app INHERIT; REVOKE TRUNCATE ON tenants FROM app_group; DROP ROLE app_group',
    ],
  ])('is refused when it %s: %s', async (fault, grant, revoke) => {
    const database = new URL(url).pathname.slice(1);
    const named = (sql: string) => sql.replaceAll(/\bapp(?=_group\b|\b)/g, login).replaceAll('base', database);
    await query(service.databaseUrl, named(grant));
    const said = await refusal();
    await query(service.databaseUrl, named(revoke));
    expect(said).toMatch(/^The login "\w+" of DATABASE_URL [^\n]+: give the service a login of its own [^\n]+\.$/);
    expect(said).toContain(fault);
    expect(await refusal()).toBe('accepted');
  });

  it('is refused if it owns a table', async () => {
    await query(service.databaseUrl, `GRANT CREATE ON SCHEMA public TO ${login}`);
    await query(url, 'CREATE TABLE mine (id integer)');
    await query(service.databaseUrl, `REVOKE CREATE ON SCHEMA public FROM ${login}`);
    expect(await refusal()).toContain('owns mine');
    await query(url, 'DROP TABLE mine');
  });

  it("is refused if it is the owner's, under any name and in any setting", async () => {
    expect(await refusal(service.databaseUrl)).toMatch(/ (is a superuser|owns the database)/);
    const main = join(process.cwd(), 'dist/main.js');
    const safe = { NODE_ENV: 'production', KEY_RING: service.keyRingText, ISSUER: 'https://mfa.example', PORT: '0' };
    const inFact = await runNode({ args: [main], env: { ...safe, DATABASE_URL: service.databaseUrl } });
    const owner = { MIGRATION_DATABASE_URL: service.databaseUrl };
    const inName = await runNode({ args: [main], env: { ...safe, DATABASE_URL: url, ...owner } });
    expect(inFact.text).toContain('give the service a login of its own');
    expect(inName.text).toContain("MIGRATION_DATABASE_URL is set: the service must not know the owner's login");
    expect([inFact.exitCode, inName.exitCode]).toEqual([1, 1]);
    expect(inFact.text + inName.text).not.toMatch(/^\s+at |postgresql:/m);
  });
});
