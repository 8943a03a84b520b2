// R-10, T-16. The attacker breaks the database or waits until it breaks, and hopes that a check is skipped. Every
// answer must be a refusal, within seconds. The service must recover without manual help.
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { call, enrolled, tokenOf, totpAt, verify, type Answer, type EnrolledUser } from '../support/api.js';
import { DatabaseProxy } from '../support/database-proxy.js';
import { TestService, type Credentials } from '../support/service.js';

// The statement timeout of the service is five seconds; the timeout for a connection is three.
const BOUND_MS = 9_000;

describe('outage', () => {
  let service: TestService;
  let proxy: DatabaseProxy;
  let client: Credentials;
  let token: string;
  let user: EnrolledUser;
  // After the start of the first signing key, at the first instant of a step.
  const nowMs = Math.ceil(Date.now() / 30_000) * 30_000 + 30_000;

  beforeAll(async () => {
    service = await TestService.start(0);
    proxy = await DatabaseProxy.before(service.databaseUrl);
    await service.addInstance({ DATABASE_URL: proxy.url, MIGRATION_DATABASE_URL: service.databaseUrl });
    await service.setClock({ frozenAtMs: nowMs });
    client = await service.tenant();
    token = await tokenOf(service.url, client);
    user = await enrolled(service.url, token, 'ada', nowMs);
  });
  afterAll(async () => {
    await service.stop();
    await proxy.stop();
  });

  /** One request of every kind; one has the right code. */
  const everything = (): Promise<Answer>[] => [
    verify(service.url, token, 'ada', totpAt(user.secret, nowMs)),
    verify(service.url, token, 'unknown', '123456'),
    call(service.url, { path: '/v1/users/ada/factors', token }),
    call(service.url, { path: '/v1/users/eve/factors/totp', token, body: {} }),
    call(service.url, { method: 'DELETE', path: `/v1/users/ada/factors/${user.factorId}`, token }),
    call(service.url, { path: '/v1/audit-events', token }),
    call(service.url, { path: '/health/ready' }),
  ];

  async function expectRefusals(): Promise<void> {
    const from = Date.now();
    const answers = await Promise.all(everything());
    expect(Date.now() - from).toBeLessThan(BOUND_MS);
    for (const answer of answers) {
      expect(answer.status).toBe(503);
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
      expect(answer.json()).toMatchObject({ code: 'service_unavailable' });
    }
    await expect(tokenOf(service.url, client)).rejects.toThrow(/no token: 503/);
    expect((await call(service.url, { path: '/health/live' })).status).toBe(200);
  }

  async function recovered(): Promise<void> {
    for (const from = Date.now(); Date.now() - from < 20_000;) {
      const ready = await call(service.url, { path: '/health/ready' });
      const listed = await call(service.url, { path: '/v1/users/ada/factors', token });
      if (ready.status === 200 && listed.status === 200) return;
      await sleep(200);
    }
    throw new Error('the service did not recover');
  }

  async function refusesToList(): Promise<void> {
    for (const from = Date.now(); Date.now() - from < 20_000;) {
      const { status } = await call(service.url, { path: '/v1/users/ada/factors', token });
      if (status === 503) return;
      await sleep(200);
    }
    throw new Error('a list was answered though it could not be counted');
  }

  it('before: refuses a wrong code as usual', async () => {
    expect((await verify(service.url, token, 'unknown', '123456')).status).toBe(422);
  });

  it.each([
    ['cut', () => proxy.cut()],
    ['hung', () => proxy.hang()],
  ])('refuses everything while the database is %s, and recovers', async (_name, breakIt) => {
    breakIt();
    await expectRefusals();
    proxy.heal();
    await recovered();
  });

  it('refuses everything while the server ends connections one by one, and accepts no code twice', async () => {
    const kill = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                  WHERE datname = current_database() AND application_name = 'countersign'`;
    const code = totpAt(user.secret, nowMs);
    const tries = Array.from({ length: 20 }, async (_none, index) => {
      await sleep(index * 20);
      if (index % 4 === 0) await service.sql(kill);
      return (await verify(service.url, token, 'ada', code)).status;
    });
    const statuses = await Promise.all(tries);
    expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(1);
    for (const status of statuses) expect([200, 422, 503]).toContain(status);
    const events = await service.sql("SELECT 1 FROM audit_events WHERE action = 'verification.approved'");
    expect(events.length).toBeLessThanOrEqual(1);
    await recovered();
  });

  it('refuses proofs on a read-only database', async () => {
    const [row] = await service.sql<{ name: string }>('SELECT current_database() AS name');
    const name = row?.name ?? '';
    const kill = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                  WHERE datname = current_database() AND application_name = 'countersign'`;
    await service.sql(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    await service.sql(kill);
    // Questions about users are counted, and are refused if they cannot be counted.
    await refusesToList();
    const later = totpAt(user.secret, nowMs + 30_000);
    const answers = [
      await verify(service.url, token, 'ada', later),
      await verify(service.url, token, 'unknown', '123456'),
      await call(service.url, { path: '/v1/users/eve/factors/totp', token, body: {} }),
    ];
    await writing(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
    await service.sql(kill);
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
    await recovered();
  });

  it('serves the same token after a restart of the process', async () => {
    const [instance] = service.instances;
    const restarted = await service.addInstance();
    await service.setClock({ frozenAtMs: nowMs });
    instance?.process.kill('SIGKILL');
    expect((await call(restarted.url, { path: '/v1/users/ada/factors', token })).status).toBe(200);
    service.instances.shift();
  });

  /** As the owner, on a database that is read-only for others. */
  async function writing(text: string): Promise<void> {
    const options = '-c default_transaction_read_only=off';
    const owner = new pg.Client({ connectionString: service.databaseUrl, options });
    await owner.connect();
    await owner.query(text).finally(() => owner.end());
  }
});
