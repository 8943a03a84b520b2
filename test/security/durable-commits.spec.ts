// R-12, T-49. The operator, or a provider's template, has turned off synchronous commits for the database, the login or
// the URL. The attacker uses a code, the server crashes, and the code is unused again. No connection of the service may
// work that way.
import { Database } from '../../src/platform/database/database.js';
import { SERVICE_ROLE } from '../../src/platform/database/service-role.js';
import { Log } from '../../src/platform/logging/log.js';
import { query } from '../support/embedded-child.js';
import { TestService } from '../support/service.js';

const SETTINGS = ['synchronous_commit', 'TimeZone', 'DateStyle', 'default_transaction_isolation', 'role'] as const;

describe('connections of the service', () => {
  let service: TestService;
  let url: URL;

  beforeAll(async () => {
    service = await TestService.start(0);
    url = new URL(await service.productionUrl());
    const name = url.pathname.slice(1);
    await query(
      service.databaseUrl,
      `ALTER DATABASE ${name} SET synchronous_commit = off; ALTER DATABASE ${name} SET TimeZone = 'Asia/Kathmandu';
       ALTER DATABASE ${name} SET DateStyle = 'German'; ALTER ROLE ${url.username} SET synchronous_commit = off;
       ALTER DATABASE ${name} SET default_transaction_isolation = 'serializable'`,
    );
    url.searchParams.set('options', '-c synchronous_commit=off -c TimeZone=Asia/Kathmandu -c role=none');
  });
  afterAll(() => service.stop());

  it('keep commits synchronous and the session settings fixed, against settings of database, login and URL', async () => {
    const database = new Database({ url: url.href, poolSize: 3, role: SERVICE_ROLE, log: new Log('silent') });
    const shown = SETTINGS.map((name) => `current_setting('${name}') AS "${name}"`).join(', ');
    const ask = () =>
      database.run<Record<string, string>>({ name: 'shown', text: `SELECT ${shown}, pg_sleep(0.2)` }, []);
    const answers = (await Promise.all([ask(), ask(), ask()])).flat();
    await database.close();
    expect(answers).toHaveLength(3);
    for (const answer of answers)
      expect(answer).toMatchObject({
        synchronous_commit: 'on',
        TimeZone: 'UTC',
        DateStyle: 'ISO, MDY',
        default_transaction_isolation: 'read committed',
        role: SERVICE_ROLE,
      });
  });
});
