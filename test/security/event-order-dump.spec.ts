// R-07, T-46. A dump of `pg_dump` is restored into another cluster, whose transaction ids are lower. No event may
// become invisible, and no later event may be behind a reader's cursor. Runs only if PG_BIN names a folder with initdb,
// postgres, pg_dump and psql of PostgreSQL 15 or newer:
// PG_BIN=/usr/lib/postgresql/15/bin npm test -- --testPathPatterns event-order-dump
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { call } from '../support/api.js';
import { EventLog } from '../support/event-log.js';
import { freePort } from '../support/redis-server.js';
import { Stage } from '../support/stage.js';

jest.setTimeout(120_000);

const execute = promisify(execFile);
const BIN = process.env['PG_BIN'] ?? '';
const asServer = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** A fresh cluster: it has seen no transactions of others. */
async function cluster(): Promise<{ url: string; folder: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-cluster-'));
  chmodSync(folder, 0o777);
  const port = await freePort();
  const data = join(folder, 'data');
  await execute(join(BIN, 'initdb'), ['-D', data, '-U', 'owner', '-A', 'trust', '-N'], asServer);
  const args = ['-D', data, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1', '-c', 'fsync=off'];
  const server: ChildProcess = spawn(join(BIN, 'postgres'), args, { ...asServer, stdio: 'ignore' });
  const url = `postgresql://owner@127.0.0.1:${port}/postgres`;
  for (let tries = 0; ; tries += 1) {
    const client = new pg.Client({ connectionString: url });
    const isUp = await client.connect().then(
      () => true,
      () => false,
    );
    await client.end().catch(() => undefined);
    if (isUp) break;
    if (tries === 100) throw new Error('the second cluster did not start');
    await new Promise((done) => setTimeout(done, 100));
  }
  const stop = async () => {
    const gone = new Promise((done) => server.once('exit', done));
    server.kill('SIGQUIT');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  return { url, folder, stop };
}

/** The first `count` events after this cursor, after all of them are numbered. */
async function firstAfter(log: EventLog, cursor: string | null, count: number) {
  for (let tries = 0; ; tries += 1) {
    const { events } = await log.readOn(cursor, 1);
    if (events.length >= count || tries === 100) return events;
    await new Promise((done) => setTimeout(done, 100));
  }
}

(BIN === '' ? describe.skip : describe)('a dump that is restored into another cluster', () => {
  it('shows all events in the old order to old readers and cursors, followed by new events', async () => {
    const [stage, second] = [await Stage.open(1), await cluster()];
    try {
      const log = new EventLog(stage);
      for (let nth = 0; nth < 20; nth += 1) await stage.verify(`before-${nth}`, '000000');
      await log.untilShown('before-19');
      const { events: before, cursor } = await log.readOn(null, 1);
      const { stdout: dump } = await execute(join(BIN, 'pg_dump'), ['--no-owner', stage.service.databaseUrl], {
        maxBuffer: 1e9,
      });
      const owner = new pg.Client({ connectionString: second.url });
      await owner.connect();
      await owner.query('CREATE ROLE countersign_service NOLOGIN');
      const [[old], [restored]] = [
        await stage.service.sql<{ tx: string }>('SELECT max(tx)::text AS tx FROM audit_events'),
        (await owner.query<{ tx: string }>('SELECT pg_current_xact_id()::text AS tx')).rows,
      ];
      expect(Number(restored?.tx)).toBeLessThan(Number(old?.tx));
      const psql = spawn(join(BIN, 'psql'), ['-q', '-v', 'ON_ERROR_STOP=1', second.url], {
        stdio: ['pipe', 'ignore', 'inherit'],
      });
      psql.stdin.end(dump);
      expect(await new Promise((done) => psql.once('exit', done))).toBe(0);
      await owner.end();

      // In another DATA_DIR, without the marks of the first cluster. With those marks the start would demand `restore`
      // (rollback-dump.spec.ts).
      const { url } = await stage.service.addInstance({ DATABASE_URL: second.url, DATA_DIR: second.folder });
      await stage.at(stage.nowMs);
      const elsewhere = new EventLog(stage, () => stage.token, url);
      expect((await elsewhere.readOn(null)).events).toEqual(before);
      for (let asked = 0; asked < 12; asked += 1) {
        const body = { type: 'totp' };
        expect((await call(url, { path: '/v1/users/after/challenges', token: stage.token, body })).status).toBe(201);
      }
      const after = await firstAfter(elsewhere, cursor, 12);
      expect(after.map(({ userId }) => userId)).toEqual(Array.from({ length: 12 }, () => 'after'));
      const kinds = async () =>
        (await elsewhere.page<{ kind: string }>(null, 100, '/v1/alerts')).data.map(({ kind }) => kind);
      for (let tries = 0; tries < 100 && (await kinds()).length === 0; tries += 1)
        await new Promise((done) => setTimeout(done, 100));
      expect(await kinds()).toEqual(['users_worn_down']);
    } finally {
      await stage.stop();
      await second.stop();
    }
  });
});
