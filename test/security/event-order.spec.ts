// R-07, T-46. The attacker wants the detectors to miss events. They hold a transaction open on the database server, or
// act after a restore into another server. Or they are a tenant or a device, and try to count the events of others from
// cursors.
import { fromTypeId } from '../../src/platform/crypto/type-id.js';
import { call, tokenOf } from '../support/api.js';
import { createDatabase, dropDatabase } from '../support/database.js';
import { EventLog, openTransaction, restoredFromAhead, type ShownEvent } from '../support/event-log.js';
import { TestService } from '../support/service.js';
import { Stage } from '../support/stage.js';

jest.setTimeout(60_000);

interface Alert {
  readonly kind: string;
}

describe('the order of events', () => {
  let service: TestService;
  let stage: Stage;
  let log: EventLog;

  beforeAll(async () => {
    service = await TestService.start(2);
  });
  afterAll(() => service.stop());
  // One tenant for each test: the events of one test are not in the log of the next.
  beforeEach(async () => {
    stage = await Stage.over(service);
    log = new EventLog(stage);
  });

  const alerts = async () => (await log.page<Alert>(null, 100, '/v1/alerts')).data.map(({ kind }) => kind);

  /** Asks one user for a proof until an alert follows, and waits for it. */
  async function expectWatched(userId: string): Promise<void> {
    for (let asked = 0; asked < 12; asked += 1)
      expect((await stage.post(`/v1/users/${userId}/challenges`, { type: 'totp' })).status).toBe(201);
    for (let tries = 0; tries < 100 && !(await alerts()).includes('users_worn_down'); tries += 1)
      await new Promise((done) => setTimeout(done, 100));
    expect(await alerts()).toContain('users_worn_down');
  }

  it('does not wait for an open transaction in another database or in this one', async () => {
    const other = await createDatabase();
    const open = [await openTransaction(other), await openTransaction(stage.service.databaseUrl)];
    try {
      await stage.verify('meanwhile', '000000');
      await log.untilShown('meanwhile');
      await expectWatched('worn');
    } finally {
      for (const client of open) await client.end();
      await dropDatabase(other);
    }
  });

  it('shows each event once to readers, while two instances write and some transactions commit late or roll back', async () => {
    const WRITERS = 8;
    const EACH = 25;
    let isOver = false;
    // A full page has a cursor, so pages of one event are read once each.
    const reader = async () => {
      const seen: ShownEvent[] = [];
      let cursor: string | null = null;
      for (let isLast = false; !isLast;) {
        isLast = isOver;
        const next = await log.readOn(cursor, 1);
        seen.push(...next.events);
        ({ cursor } = next);
      }
      return seen.map(({ id }) => id);
    };
    const readers = [reader(), reader()];
    const writer = async (name: number) => {
      for (let nth = 0; nth < EACH; nth += 1) await stage.verify(`writer-${name}-${nth}`, '000000', name);
    };
    await Promise.all(Array.from({ length: WRITERS }, (_none, name) => writer(name)));
    await stage.verify('end', '000000');
    await log.untilShown('end');
    isOver = true;
    const whole = (await log.readOn(null)).events;
    expect(whole.filter(({ userId = '' }) => userId.startsWith('writer-'))).toHaveLength(WRITERS * EACH);
    expect(new Set(whole.map(({ id }) => id)).size).toBe(whole.length);
    for (const seen of await Promise.all(readers)) expect(seen).toEqual(whole.map(({ id }) => id));
  });

  it('is complete for alerts: a late commit is shown to a reader who has read on', async () => {
    const tenant = `'${fromTypeId('ten', stage.client.tenantId) ?? ''}'`;
    const raise = (kind: string) =>
      `INSERT INTO alerts (tenant_id, id, kind, subject_id, day, first_at, last_at)
       VALUES (${tenant}, gen_random_uuid(), '${kind}', ${tenant}, '2026-01-01', '2026-01-01', '2026-01-01')`;
    const read = async (after: string | null) => log.page<Alert>(after, 1, '/v1/alerts');
    const late = await openTransaction(stage.service.databaseUrl);
    await late.query(raise('canary_number_asked'));
    await stage.service.sql(raise('codes_sprayed'));
    let first = await read(null);
    for (let tries = 0; tries < 100 && first.data.length === 0; tries += 1) {
      await new Promise((done) => setTimeout(done, 50));
      first = await read(null);
    }
    expect(first.data).toMatchObject([{ kind: 'codes_sprayed' }]);
    await late.query('COMMIT');
    await late.end();
    for (let tries = 0; tries < 100 && (await alerts()).length < 2; tries += 1)
      await new Promise((done) => setTimeout(done, 50));
    expect((await read(first.nextCursor)).data).toMatchObject([{ kind: 'canary_number_asked' }]);
  });

  it('shows a tenant nothing about the events that another tenant writes between two pages', async () => {
    const other = await stage.service.tenant();
    const token = await tokenOf(stage.service.url, other);
    await stage.verify('mine-1', '000000');
    await log.untilShown('mine-1');
    for (let nth = 0; nth < 20; nth += 1)
      await call(stage.service.url, { path: '/v1/users/x/verify', token, body: { code: '000000' } });
    await stage.verify('mine-2', '000000');
    await log.untilShown('mine-2');
    const { events } = await log.readOn(null);
    const own = await stage.service.sql<{ number: number }>(
      `SELECT number::int FROM audit_numbers JOIN audit_events USING (tenant_id, tx, id) WHERE user_id = 'mine-2'`,
    );
    expect(own).toEqual([{ number: events.length }]);
  });

  describe('cursors', () => {
    let nextCursor: string;
    let first: { id: string; tx: string };

    beforeEach(async () => {
      await stage.verify('someone', '000000');
      await log.untilShown('someone');
      nextCursor = (await log.page(null, 1)).nextCursor ?? '';
      const text = `SELECT id::text, tx::text FROM audit_events WHERE tenant_id = $1 ORDER BY tx LIMIT 1`;
      const tenant = fromTypeId('ten', stage.client.tenantId);
      [first = { id: '', tx: '' }] = await stage.service.sql<{ id: string; tx: string }>(text, [tenant]);
    });

    it('contain no id and no transaction', () => {
      const bytes = Buffer.from(nextCursor, 'base64url').toString('latin1');
      expect(bytes.length).toBeGreaterThan(60);
      expect(bytes).not.toContain(first.id);
      expect(bytes).not.toContain(first.tx);
    });

    it('are refused if they are from another list, tenant or release, or made up', async () => {
      const other = await tokenOf(stage.service.url, await stage.service.tenant());
      const old = Buffer.from(`${first.tx} ${first.id}`).toString('base64url');
      const tried: [string, string, string][] = [
        ['/v1/audit-events', other, nextCursor],
        ['/v1/alerts', stage.token, nextCursor],
        ['/v1/users/someone/factors', stage.token, nextCursor],
        ['/v1/audit-events', stage.token, old],
      ];
      for (const [path, token, after] of tried) {
        const answer = await call(stage.service.url, { path: `${path}?after=${after}`, token });
        expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('to start again')]);
      }
    });

    it('are refused if a restore has undone their event, so that readers do not skip events', async () => {
      const { cursor } = await log.readOn(null, 1);
      await stage.service.sql(
        `BEGIN; ALTER TABLE audit_numbers DISABLE TRIGGER USER;
         UPDATE audit_numbers SET id = gen_random_uuid() WHERE number > 1 AND tenant_id = '${fromTypeId('ten', stage.client.tenantId) ?? ''}'; ALTER TABLE audit_numbers ENABLE TRIGGER USER; COMMIT`,
      );
      const answer = await call(stage.service.url, { path: `/v1/audit-events?after=${cursor}`, token: stage.token });
      expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('a restore has undone')]);
      expect((await log.page(nextCursor, 1)).data).toEqual([]);
    });
  });

  it('is kept after a restore into a cluster with lower transaction ids, and new events follow', async () => {
    for (const user of ['before-1', 'before-2', 'before-3']) await stage.verify(user, '000000');
    await log.untilShown('before-3');
    const { events: before, cursor } = await log.readOn(null, 1);
    await restoredFromAhead(stage, '1000000000');
    expect((await log.readOn(null)).events).toEqual(before);
    await stage.verify('after', '000000');
    await log.untilShown('after');
    const all = (await log.readOn(null, 1)).events;
    expect(all.slice(0, before.length)).toEqual(before);
    expect(all.at(-1)).toMatchObject({ userId: 'after' });
    expect((await log.readOn(cursor, 1)).events.map(({ userId }) => userId)).toEqual(['after']);
    await expectWatched('worn');
  });

  it('continues if the numbering instance is frozen or killed', async () => {
    const [, second] = stage.service.instances;
    for (const signal of ['SIGSTOP', 'SIGKILL'] as const) {
      const flood = Promise.all(Array.from({ length: 60 }, (_none, nth) => stage.verify(`${signal}-${nth}`, '000000')));
      second?.process.kill(signal);
      await flood;
      await log.untilShown(`${signal}-59`);
    }
    const users = (await log.readOn(null, 7)).events.flatMap(({ userId }) => userId ?? []);
    expect(users.filter((user) => user.startsWith('SIG'))).toHaveLength(120);
    expect(new Set(users.filter((user) => user.startsWith('SIG'))).size).toBe(120);
  });
});
