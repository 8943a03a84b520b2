// T-49. The operator restores last night's dump into a new cluster, which has no roles and counts transactions from the
// beginning. The attacker has used a code since then, and tries it again.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/platform/database/embedded/embedded-postgres.js';
import { call, enrolled, tokenOf, totpAt, verify } from '../support/api.js';
import { temporaryFolder } from '../support/embedded-child.js';
import { TestService } from '../support/service.js';

const execute = promisify(execFile);

/** Null if pg_dump is missing or older than the server. */
async function dumpOf(url: string): Promise<string | null> {
  const args = ['--dbname', url, '--no-owner', '--no-privileges'];
  return execute('pg_dump', args, { maxBuffer: 2 ** 29 }).then(
    ({ stdout }) => stdout,
    () => null,
  );
}

async function load(url: string, dump: string): Promise<void> {
  const psql = spawn('psql', ['--dbname', url, '--quiet', '--set', 'ON_ERROR_STOP=0'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  psql.stdin.end(dump);
  await once(psql, 'close');
}

describe('a dump that is restored into another cluster', () => {
  const folder = temporaryFolder();
  let service: TestService;
  let second: EmbeddedPostgres;

  beforeAll(async () => {
    service = await TestService.start(1);
    second = await startEmbeddedPostgres({ dataDir: join(folder.path, 'data'), log: () => undefined });
  });
  afterAll(async () => {
    await service.stop();
    await second.stop();
    folder.remove();
  });

  /** The process has counted on since now, and has stored the mark. */
  async function untilMarked(): Promise<void> {
    const text = 'SELECT max(number)::int AS n FROM high_water_marks';
    const [before] = await service.sql<{ n: number }>(text);
    for (let tries = 0; tries < 200; tries += 1) {
      const [now] = await service.sql<{ n: number }>(text);
      if ((now?.n ?? 0) > (before?.n ?? 0) + 1) return;
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error('the mark did not go on');
  }

  it('is not served before a new epoch, gets its rights back, and accepts no used code', async () => {
    const client = await service.tenant();
    const ada = await enrolled(service.url, await tokenOf(service.url, client), 'ada');
    const dump = await dumpOf(service.databaseUrl);
    // Without pg_dump, the cold copy of rollback.spec.ts covers both.
    if (dump === null) return;
    const nowMs = Date.now();
    await service.setClock({ frozenAtMs: nowMs });
    const code = totpAt(ada.secret, nowMs);
    expect((await verify(service.url, await tokenOf(service.url, client), 'ada', code)).status).toBe(200);
    await untilMarked();
    await service.stopLast();
    await load(second.ownerUrl, dump);
    const restored = await service.addInstance({ DATABASE_URL: second.ownerUrl });
    expect((await call(restored.url, { path: '/health/ready' })).status).toBe(503);
    const { epoch } = await service.operate<{ epoch: number }>('restore', '--reason', 'cluster lost');
    expect(epoch).toBe(2);
    for (let tries = 0; (await call(restored.url, { path: '/health/ready' })).status !== 200; tries += 1) {
      if (tries === 200) throw new Error('it does not serve');
      await new Promise((done) => setTimeout(done, 50));
    }
    await service.setClock({ frozenAtMs: Date.now() });
    const token = await tokenOf(restored.url, client);
    expect((await verify(restored.url, token, 'ada', code)).status).toBe(422);
  });
});
