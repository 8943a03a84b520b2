// R-07, T-08. A reader pages through the log with a cursor. The reader must not miss an event that commits late, and
// must not see events of another tenant. A made-up cursor is refused.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { call, tokenOf, type Answer } from '../support/api.js';
import { Stage } from '../support/stage.js';

interface Page {
  readonly data: readonly { id: string; action: string; userId?: string; clientId?: string }[];
  readonly nextCursor: string | null;
}

const cursorOf = (text: string) => Buffer.from(text).toString('base64url');
const SOME_UUID = '019aa000-0000-7000-8000-000000000000';

describe('paging through the audit log', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open();
  });
  afterAll(() => stage.stop());

  const get = (query: string, token = stage.token): Promise<Answer> =>
    call(stage.service.url, { path: `/v1/audit-events${query}`, token });

  async function page(after: string | null, limit: number, token = stage.token): Promise<Page> {
    const answer = await get(`?limit=${limit}${after === null ? '' : `&after=${after}`}`, token);
    expect(answer.status).toBe(200);
    return answer.json() as Page;
  }

  /** Every event after a cursor, and the last cursor. */
  async function readOn(after: string | null, limit = 2): Promise<{ users: string[]; cursor: string | null }> {
    const users: string[] = [];
    let cursor = after;
    for (;;) {
      const { data, nextCursor } = await page(cursor, limit);
      users.push(...data.flatMap(({ userId }) => userId ?? []));
      if (nextCursor === null) return { users, cursor };
      cursor = nextCursor;
    }
  }

  /** An event is shown as soon as it has its number. */
  async function untilShown(userId: string): Promise<void> {
    for (let tries = 0; tries < 200; tries += 1) {
      if ((await readOn(null, 100)).users.includes(userId)) return;
      await new Promise((done) => setTimeout(done, 25));
    }
    throw new Error(`the event of ${userId} was never shown`);
  }

  const insert = (client: pg.Client, tenantUuid: string, userId: string) =>
    client.query(
      `INSERT INTO audit_events (tenant_id, id, at, action, user_id) VALUES ($1, $2, $3, 'verification.refused', $4)`,
      [tenantUuid, randomUUID(), new Date(stage.nowMs), userId],
    );

  async function tenantUuid(): Promise<string> {
    const text = "SELECT tenant_id FROM audit_events WHERE action = 'token.issued' LIMIT 1";
    return (await stage.service.sql<{ tenant_id: string }>(text))[0]?.tenant_id ?? '';
  }

  it('shows each event once and in order, for every page size', async () => {
    for (let index = 0; index < 7; index += 1) await stage.verify(`user-${index}`, '000000');
    await untilShown('user-6');
    const expected = Array.from({ length: 7 }, (_none, index) => `user-${index}`);
    for (const limit of [1, 2, 3, 100]) expect((await readOn(null, limit)).users).toEqual(expected);
  });

  it('shows an event that commits late, and later events do not wait for it', async () => {
    const { cursor } = await readOn(null, 1);
    const late = new pg.Client({ connectionString: stage.service.databaseUrl });
    await late.connect();
    await late.query('BEGIN');
    await insert(late, await tenantUuid(), 'late');
    for (const userId of ['after-1', 'after-2', 'after-3']) await stage.verify(userId, '000000');
    await untilShown('after-3');
    const meanwhile = await readOn(cursor, 1);
    expect(meanwhile.users.slice(-3)).toEqual(['after-1', 'after-2', 'after-3']);
    await late.query('COMMIT');
    await late.end();
    await untilShown('late');
    expect((await readOn(meanwhile.cursor, 1)).users).toEqual(['late']);
  });

  it('does not wait for an event that is rolled back', async () => {
    const doomed = new pg.Client({ connectionString: stage.service.databaseUrl });
    await doomed.connect();
    await doomed.query('BEGIN');
    await insert(doomed, await tenantUuid(), 'rolled-back');
    await stage.verify('stays', '000000');
    await doomed.query('ROLLBACK');
    await doomed.end();
    await untilShown('stays');
    expect((await readOn(null)).users).not.toContain('rolled-back');
  });

  it('shows no events of another tenant, even with a cursor from that tenant', async () => {
    const other = await stage.service.tenant();
    const token = await tokenOf(stage.service.url, other);
    await stage.verify('mine', '000000');
    await untilShown('mine');
    const mine = await page(null, 100);
    const theirs = await page(null, 100, token);
    expect(theirs.data.map(({ action }) => action)).toEqual(['tenant.created', 'client.created', 'token.issued']);
    const known = new Set(mine.data.map(({ id }) => id));
    expect(theirs.data.filter(({ id }) => known.has(id))).toEqual([]);
    const { nextCursor } = await page(null, 1);
    expect((await get(`?after=${nextCursor}`, token)).status).toBe(400);
  });

  it.each(['0', '101', '-1', '1.5', 'x', '', '1e9', 'NaN', '99999999999999999999'])(
    'refuses the limit "%s"',
    async (limit) => {
      for (const path of ['/v1/audit-events', '/v1/users/anyone/factors'])
        expect((await call(stage.service.url, { path: `${path}?limit=${limit}`, token: stage.token })).status).toBe(
          400,
        );
    },
  );

  it.each([
    '',
    '!',
    'AAAA',
    'x'.repeat(257),
    cursorOf(''),
    cursorOf('1'),
    cursorOf(`1 ${'-'.repeat(36)}`),
    cursorOf(`1 ${'a'.repeat(36)}`),
    cursorOf(`9999999999999999999 ${SOME_UUID}`),
    cursorOf(`1 ${SOME_UUID} `),
    cursorOf(`-1 ${SOME_UUID}`),
    cursorOf(`1; DROP TABLE users ${SOME_UUID}`),
    cursorOf('-'.repeat(36)),
    cursorOf('a'.repeat(36)),
  ])('refuses a made-up cursor with 400 (%#)', async (after) => {
    for (const path of ['/v1/audit-events', '/v1/users/anyone/factors'])
      expect((await call(stage.service.url, { path: `${path}?after=${after}`, token: stage.token })).status).toBe(400);
  });

  it('refuses unknown and repeated query fields', async () => {
    for (const query of ['?limit=1&limit=2', '?after[]=x', '?tenant=x', '?order=desc', '?__proto__=1'])
      expect((await get(query)).status).toBe(400);
  });
});
