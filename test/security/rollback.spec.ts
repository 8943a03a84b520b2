// T-49. The attacker has used a code, has a token, was locked out, or is a suspended client. Then the operator restores
// a copy of the database, or a lagging standby takes over. In that state the code is unused, the token valid, the
// guesses uncounted and the client active.
import { execFile } from 'node:child_process';
import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/platform/database/embedded/embedded-postgres.js';
import { call, enrolled, tokenOf, totpAt, verify, type Answer, type EnrolledUser } from '../support/api.js';
import { query, temporaryFolder } from '../support/embedded-child.js';
import { TestService, type Credentials, type Instance } from '../support/service.js';

const execute = promisify(execFile);
const PERIOD_MS = 30_000;

describe('an older state of the database', () => {
  const folder = temporaryFolder();
  const dataDir = join(folder.path, 'data');
  let server: EmbeddedPostgres;
  let service: TestService;
  let client: Credentials & { tenantId: string };
  let other: Credentials;
  let token: string;
  let ada: EnrolledUser;
  /** The values that were used after the copy was made. */
  let used = { code: '', step: 0, assertion: '', kid: '', nowMs: 0 };
  let printed: Record<string, unknown>;
  let wrongSince = 0;

  const data = () => join(server.place, 'data');
  const restartServer = async (change: () => unknown) => {
    await server.stop();
    await change();
    server = await startEmbeddedPostgres({ dataDir, log: () => undefined });
  };
  const ready = async ({ url }: Instance) => (await call(url, { path: '/health/ready' })).status;
  const kidNow = async () => {
    const { keys } = (await call(service.url, { path: '/.well-known/jwks.json' })).json() as {
      keys: { kid: string }[];
    };
    return keys[0]?.kid ?? '';
  };
  const spend = (assertion: string, withToken: string): Promise<Answer> =>
    call(service.url, { path: '/v1/assertions/spend', token: withToken, body: { assertion } });
  async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
    for (let tries = 0; !(await holds().catch(() => false)); tries += 1) {
      if (tries === 200) throw new Error(`not seen: ${what}`);
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  beforeAll(async () => {
    server = await startEmbeddedPostgres({ dataDir, log: () => undefined });
    service = await TestService.start(1, { DATABASE_URL: server.ownerUrl });
    client = await service.tenant();
    other = await service.client(client.tenantId, 'verify');
    token = await tokenOf(service.url, client);
    ada = await enrolled(service.url, token, 'ada');
    await enrolled(service.url, token, 'bob');
    await call(service.url, { path: '/v1/users/bob/factors/totp', token, body: {} });
    // The copy that is restored later.
    await restartServer(() => execute('cp', ['-a', data(), join(folder.path, 'copy')]));
    await until('the service is back', async () => (await ready(service.instances[0] as Instance)) === 200);
    await loseLater();
    await restartServer(() => {
      rmSync(data(), { recursive: true });
      renameSync(join(folder.path, 'copy'), data());
    });
    await service.addInstance();
    await service.setClock({ frozenAtMs: used.nowMs });
  });
  afterAll(async () => {
    await service.stop();
    await server.stop();
    folder.remove();
  });

  async function loseLater(): Promise<void> {
    token = await tokenOf(service.url, client);
    // The clock stands still until the restore, so that the code stays valid.
    const nowMs = Date.now();
    await service.setClock({ frozenAtMs: nowMs });
    const code = totpAt(ada.secret, nowMs);
    const answer = await verify(service.url, token, 'ada', code);
    expect(answer.status).toBe(200);
    const { assertion } = answer.json() as { assertion: string };
    used = { code, step: Math.floor(nowMs / PERIOD_MS), assertion, kid: await kidNow(), nowMs };
    await query(
      server.ownerUrl,
      `UPDATE users SET recent_failures = array_fill(now(), ARRAY[95]) WHERE user_id = 'bob'`,
    );
    await service.admin('clients', 'suspend', '--client', other.clientId);
    // The number that the mark must reach.
    const seen = await query<{ n: string }>(server.ownerUrl, 'SELECT max(number)::text AS n FROM high_water_marks');
    await until('the mark went on', async () => {
      const [row] = await query<{ n: string }>(server.ownerUrl, 'SELECT max(number)::text AS n FROM high_water_marks');
      return Number(row?.n) > Number(seen[0]?.n) + 1;
    });
  }

  it('is noticed by running and by starting processes, and both refuse to serve', async () => {
    await until('it is noticed', async () => (await ready(service.instances[0] as Instance)) === 503);
    for (const instance of service.instances) {
      expect(await ready(instance)).toBe(503);
      expect((await call(instance.url, { path: '/health/live' })).status).toBe(200);
      expect((await verify(instance.url, token, 'ada', used.code)).status).toBe(503);
      await expect(tokenOf(instance.url, other)).rejects.toThrow('503');
      expect(instance.output()).toContain('the database is older than it was');
    }
  });

  it('is served in a new epoch after the operator gave a reason; the command prints the losses', async () => {
    const reason = ['--reason', 'disk of the primary lost'];
    printed = await service.admin('restore', ...reason);
    await service.setClock({ offsetMs: 0 });
    expect(printed).toMatchObject({ epoch: 2, users: 2, activeClients: 2, suspendedClients: 0 });
    expect(String(printed['lastSeen']) > String(printed['newestEvent'])).toBe(true);
    expect(printed['notKnown']).toMatch(/suspended clients.*removed factors/);
    for (const instance of service.instances) await until('it serves', async () => (await ready(instance)) === 200);
    const events = await query(
      server.ownerUrl,
      `SELECT DISTINCT details FROM audit_events WHERE action = 'installation.restored'`,
    );
    expect(events).toEqual([{ details: { statedReason: 'disk of the primary lost' } }]);
  });

  it('accepts no earlier token and no earlier assertion', async () => {
    for (const { url } of service.instances) expect((await verify(url, token, 'ada', used.code)).status).toBe(401);
    const fresh = await tokenOf(service.url, client);
    expect((await spend(used.assertion, fresh)).status).toBe(422);
    expect(await kidNow()).not.toBe(used.kid);
  });

  it('accepts no code for 90 seconds, and never a used one', async () => {
    const fresh = await tokenOf(service.url, client);
    expect((await verify(service.url, fresh, 'ada', totpAt(ada.secret, Date.now()))).status).toBe(422);
    const [row] = await query<{ until: Date; step: string; reason: string }>(
      server.ownerUrl,
      `SELECT locked_until AS until, claims ->> (SELECT key FROM jsonb_object_keys(claims) AS key LIMIT 1) AS step, last_refusal AS reason
       FROM users WHERE user_id = 'ada'`,
    );
    expect([row?.reason, row?.until.toISOString()]).toEqual(['locked', printed['codesClosedUntil']]);
    expect(Number(row?.step)).toBeGreaterThanOrEqual(used.step);
    await query(server.ownerUrl, `UPDATE users SET locked_until = NULL WHERE user_id = 'ada'`);
    expect((await verify(service.url, fresh, 'ada', used.code)).status).toBe(422);
    const [after] = await query<{ reason: string }>(
      server.ownerUrl,
      `SELECT last_refusal AS reason FROM users WHERE user_id = 'ada'`,
    );
    // On a slow machine the used code is no longer within its interval.
    wrongSince = after?.reason === 'replayed_code' ? 0 : 1;
    const laterMs = Date.now() + 95_000;
    await service.setClock({ offsetMs: 95_000 });
    expect((await verify(service.url, fresh, 'ada', totpAt(ada.secret, laterMs))).status).toBe(200);
    await service.setClock({ offsetMs: 0 });
  });

  it('leaves each user twenty of the hundred wrong codes, for any earlier count', async () => {
    const rows = await query<{ user_id: string; counted: number }>(
      server.ownerUrl,
      `SELECT user_id, cardinality(recent_failures) AS counted FROM users
       WHERE tenant_id <> '00000000-0000-7000-8000-000000000000' ORDER BY user_id`,
    );
    expect(rows.map(({ user_id: id, counted }) => [id, counted - (id === 'ada' ? wrongSince : 0)])).toEqual([
      ['ada', 80],
      ['bob', 80],
    ]);
  });

  it('has no open challenges, enrolments or remembered browsers', async () => {
    const open = await query(
      server.ownerUrl,
      `SELECT FROM factors WHERE status = 'pending' UNION ALL SELECT FROM users WHERE pending <> '{}' OR browsers <> '{}'`,
    );
    expect(open).toEqual([]);
  });

  it('keeps one mark of this database in the folder of the service', () => {
    expect(readdirSync(service.dataDir).filter((name) => /^high-water-mark-.*\.json$/.test(name))).toHaveLength(1);
  });
});
