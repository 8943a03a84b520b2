// T-11. The attacker slows the detectors down. Detectors count requests of many users, and the planner has no
// statistics for a table that grew within the last minute. A detector that reads every row for each row takes seconds,
// every second, on the database that sign-ins need.
import { enrolled, tokenOf, verify, wrongCode, type EnrolledUser } from '../support/api.js';
import { pause } from '../support/askers.js';
import { TestService } from '../support/service.js';

/** Users with refused codes, and as many others with approved ones, within the last hour. */
const USERS = 1_000;
/** How often each row may be read. */
const READS = 20;

const WITHOUT_STATISTICS = 'ALTER TABLE signals SET (autovacuum_enabled = false)';

const rows = (kind: string, from: number, slot: string) => `
  INSERT INTO signals (tenant_id, slot, kind, subject, count)
  SELECT $1::uuid, date_bin('15 minutes', ${slot}, '2000-01-01'), '${kind}', 'user-' || n, 1
  FROM generate_series(${from}, ${from} + ${USERS} - 1) AS n`;

let service: TestService;
let token: string;
let ada: EnrolledUser;

beforeAll(async () => {
  service = await TestService.start();
  token = await tokenOf(service.url, await service.tenant());
  const [client] = await service.sql<{ id: string }>('SELECT tenant_id::text AS id FROM clients LIMIT 1');
  const tenantId = client?.id ?? '';
  await service.sql(WITHOUT_STATISTICS);
  await service.sql(rows('refused', 1, "now() - interval '5 hours'"), [tenantId]);
  await service.sql('ANALYZE signals');
  ada = await enrolled(service.url, token, 'ada');
  await service.sql(rows('refused', 1, 'now()'), [tenantId]);
  await service.sql(rows('approved', USERS + 1, 'now()'), [tenantId]);
  // Plans for the small table are dropped.
  await service.sql(WITHOUT_STATISTICS);
});
afterAll(() => service.stop());

async function rowsRead(): Promise<number> {
  const [row] = await service.sql<{ read: number }>(
    `SELECT (seq_tup_read + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes AS one WHERE one.relid = whole.relid))::float8 AS read
     FROM pg_stat_user_tables AS whole WHERE relname = 'signals'`,
  );
  return row?.read ?? 0;
}

it('reads each signal of the last hour a few times, for any number of users', async () => {
  const before = await rowsRead();
  await verify(service.url, token, ada.userId, wrongCode(ada.secret));
  // A session reports its reads with its first statement a second later, and the detector runs every second.
  let now = before;
  for (let seen = -1; seen !== now || now === before; now = await rowsRead()) {
    seen = now;
    await pause(2_500);
  }
  expect(now - before).toBeLessThan(READS * 2 * USERS);
});
