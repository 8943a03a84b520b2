// T-31, T-04. The attacker has one recovery code, read on paper, or a stolen token that may write factors. They want to
// enrol their own authenticator. The owner still has theirs, or has lost it and wants to recover before the attacker.
import { call, tokenOf } from '../support/api.js';
import { pause } from '../support/askers.js';
import {
  actionsTold,
  askForTicket,
  begin,
  enrolWith,
  expectOf,
  listed,
  setDelay,
  told,
  tokenFor,
  type RecoveryState,
} from '../support/recoveries.js';
import { ownerOf, wrongSecret, wrongSelector, type Owner } from '../support/recovery.js';
import { DAY, MINUTE, SECOND, Stage, statuses, type Pending } from '../support/stage.js';
import { masked, Wire } from '../support/wire.js';

const HOUR = 60 * MINUTE;
const CLIENT_SCOPES = 'factors:read factors:write';

describe('a recovery by code', () => {
  let stage: Stage;
  let number = 0;

  beforeAll(async () => {
    stage = await Stage.open(2);
  });
  afterAll(() => stage.stop());

  const owner = () => ownerOf(stage, `owner-${(number += 1)}`);

  async function begun(user: Owner, code = user.first): Promise<RecoveryState> {
    return expectOf(await begin(stage, user.userId, { code }), 202) as RecoveryState;
  }

  /** A recovery whose ticket was issued. */
  async function ticketed(user: Owner): Promise<{ id: string; ticket: string }> {
    const { id } = await begun(user);
    await stage.later(DAY);
    const { ticket }: { ticket: string } = expectOf(await askForTicket(stage, user.userId, id), 201);
    return { id, ticket };
  }

  /** Events of a recovery; a transaction of another database of the cluster may hold them back for a moment. */
  async function seenOf(id: string, count: number): Promise<{ action: string; details?: object }[]> {
    const page = await call(stage.service.url, { path: '/v1/audit-events?limit=100', token: stage.token });
    const { data } = page.json() as { data: { action: string; targetId?: string; details?: object }[] };
    const seen = data.filter(({ targetId }) => targetId === id);
    if (seen.length >= count) return seen;
    await pause(100);
    return seenOf(id, count);
  }

  const codeOf = (answer: { json(): { code: string } }) => answer.json().code;

  describe('opens', () => {
    it.each([24, 0, 72])("after the tenant's delay of %i hours, to the millisecond, and not before", async (hours) => {
      await setDelay(stage, hours);
      const user = await owner();
      const { id, status, opensAt } = await begun(user);
      const opens = stage.nowMs + hours * HOUR;
      expect([status, opensAt]).toEqual([hours === 0 ? 'open' : 'waiting', new Date(opens).toISOString()]);
      if (hours > 0) {
        for (const early of [stage.nowMs, opens - 1]) {
          await stage.at(early);
          const answer = await askForTicket(stage, user.userId, id);
          expect([answer.status, codeOf(answer)]).toEqual([409, 'recovery_not_open']);
          expect(answer.text).toContain(`It opens at ${opensAt ?? ''}.`);
        }
        await stage.at(opens);
      }
      expect(await listed(stage, user.userId)).toMatchObject([{ id, status: 'open', by: 'recovery_code' }]);
      const { ticket }: { ticket: string } = expectOf(await askForTicket(stage, user.userId, id), 201);
      expect(ticket).toMatch(/^rtk_[0-9A-Za-z]{36}$/);
      const rows = await stage.service.sql<{ row: string }>('SELECT users::text AS row FROM users');
      expect(rows.filter(({ row }) => row.includes(ticket))).toEqual([]);
    });

    afterAll(() => setDelay(stage, 24));
  });

  it('ends with one enrolment, which may replace the lost factor, and the log records every step', async () => {
    const user = await owner();
    await stage.stopCodes(user.userId);
    const { id, opensAt } = await begun(user);
    await stage.later(DAY);
    const { ticket }: { ticket: string } = expectOf(await askForTicket(stage, user.userId, id), 201);
    const answer = await enrolWith(stage, user.userId, ticket, { body: { replaces: user.factorId } });
    const next: Pending = expectOf(answer, 201);
    // The ticket alone refunds no wrong code; the first code of the new factor is still checked.
    expect(await stage.guard(user.userId)).toMatchObject({ recent: 100, consecutive_failures: 0 });
    expect(await listed(stage, user.userId)).toMatchObject([{ id, status: 'enrolling' }]);
    expect((await stage.confirm(user.userId, next.id, stage.right(next))).status).toBe(200);
    expect(await stage.guard(user.userId)).toMatchObject({ recent: 0 });
    expect(await listed(stage, user.userId)).toEqual([]);
    const { data } = await stage.factors(user.userId);
    expect(data.map((factor) => factor.id)).toEqual([user.set.id, next.id]);
    await stage.later(30 * SECOND);
    expect((await stage.verify(user.userId, stage.right(user))).status).toBe(422);
    expect((await stage.verify(user.userId, stage.right(next))).status).toBe(200);
    expect(await told(stage, user.userId)).toMatchObject([
      { action: 'recovery.begun', details: { by: 'recovery_code', opensAt } },
      { action: 'recovery.ticket_issued', details: { by: 'recovery_code', opensAt } },
      { action: 'recovery.completed' },
    ]);
    const events = await stage.service.sql<{ line: string }>(
      `SELECT concat_ws(' ', action, details ->> 'factorType') AS line FROM audit_events
       WHERE user_id = $1 AND action LIKE 'factor.%' ORDER BY tx, action DESC LIMIT 3 OFFSET 3`,
      [user.userId],
    );
    expect(events.map(({ line }) => line)).toEqual([
      'factor.enrolment_opened totp',
      'factor.removed totp',
      'factor.activated totp',
    ]);
    const log = await seenOf(id, 3);
    const details = { by: 'recovery_code', opensAt, endsAt: expect.any(String) };
    expect(log).toContainEqual(expect.objectContaining({ action: 'recovery.begun', targetId: id, details }));
  });

  it('leaves other factors unchanged if the new one replaces none', async () => {
    const user = await owner();
    const { ticket } = await ticketed(user);
    const next: Pending = expectOf(await enrolWith(stage, user.userId, ticket), 201);
    expect((await stage.confirm(user.userId, next.id, stage.right(next))).status).toBe(200);
    expect((await stage.factors(user.userId)).data).toHaveLength(3);
  });

  it('expires if the ticket is not fetched in a day, not used in an hour, or not confirmed in ten minutes', async () => {
    const [late, idle, slow] = [await owner(), await owner(), await owner()];
    const { id } = await begun(late);
    await stage.later(2 * DAY - 1);
    expect(await listed(stage, late.userId)).toMatchObject([{ id, status: 'open' }]);
    await stage.later(1);
    expect([(await askForTicket(stage, late.userId, id)).status, await listed(stage, late.userId)]).toEqual([404, []]);
    const unused = await ticketed(idle);
    await stage.later(HOUR);
    expect((await enrolWith(stage, idle.userId, unused.ticket)).status).toBe(403);
    const { ticket } = await ticketed(slow);
    await stage.later(HOUR - 1);
    const next: Pending = expectOf(await enrolWith(stage, slow.userId, ticket), 201);
    await stage.later(10 * MINUTE);
    expect((await stage.confirm(slow.userId, next.id, stage.right(next))).status).toBe(422);
    expect(await listed(stage, slow.userId)).toEqual([]);
  });

  it('gives its ticket to no other client, and is unknown to another tenant', async () => {
    const user = await owner();
    const { id } = await begun(user);
    const beside = await stage.service.client(stage.client.tenantId, CLIENT_SCOPES);
    const foreign = await stage.service.tenant();
    await stage.later(DAY);
    const answers = [
      await askForTicket(stage, user.userId, id, { token: await tokenFor(stage, beside) }),
      await askForTicket(stage, user.userId, id, { token: await tokenFor(stage, foreign) }),
      await askForTicket(stage, user.userId, 'rcv_01kaqy4zq7e1kvf3xh2vbsrzq0'),
    ];
    const seen = answers.map(({ text }) => text.replace(/"requestId":"[^"]+"/, ''));
    expect([statuses(answers), new Set(seen).size]).toEqual([{ 404: 3 }, 1]);
    expect(await actionsTold(stage, user.userId)).toEqual(['recovery.begun', 'recovery.refused another_client']);
    expect((await askForTicket(stage, user.userId, id)).status).toBe(201);
  });

  it('happens once for 50 parallel starts, ticket requests and ticket uses over two processes', async () => {
    const user = await owner();
    const fifty = Array.from({ length: 50 }, (_none, instance) => instance);
    const begins = await Promise.all(
      fifty.map((instance) => begin(stage, user.userId, { code: user.first }, { instance })),
    );
    // More than may wait for a hash on a small machine, so some are refused before the comparison.
    const { 202: accepted, 422: judged = 0, 503: turnedAway = 0 } = statuses(begins);
    expect([accepted, judged + turnedAway, judged > 0]).toEqual([1, 49, true]);
    const [{ id } = { id: '' }] = await listed(stage, user.userId);
    await stage.later(DAY);
    const asks = await Promise.all(fifty.map((instance) => askForTicket(stage, user.userId, id, { instance })));
    expect(statuses(asks)).toEqual({ 201: 1, 409: 49 });
    const { ticket } = asks.find(({ status }) => status === 201)?.json() as { ticket: string };
    const uses = await Promise.all(fifty.map((instance) => enrolWith(stage, user.userId, ticket, { instance })));
    expect(statuses(uses)).toEqual({ 201: 1, 403: 49 });
    expect((await stage.factors(user.userId)).data).toHaveLength(3);
  });

  it('is not started by a token that may write factors, without a code', async () => {
    const user = await owner();
    const client = await stage.service.client(stage.client.tenantId, CLIENT_SCOPES);
    const token = await tokenFor(stage, client);
    const asked = await begin(stage, user.userId, { reason: 'Lost phone' }, { token });
    expect([asked.status, codeOf(asked)]).toEqual([403, 'insufficient_scope']);
    expect(asked.headers['www-authenticate']).toContain('scope="tenant:admin"');
    expect((await begin(stage, user.userId, { code: wrongSecret(user.first) }, { token })).status).toBe(422);
    expect(await listed(stage, user.userId)).toEqual([]);
  });

  it('is refused with the same bytes and writes for every fault, and a refused start counts as none', async () => {
    const [user, used, locked] = [await owner(), await owner(), await owner()];
    const plain = await stage.user('without-codes');
    expect((await stage.verify(used.userId, used.first)).status).toBe(200);
    for (let tries = 0; tries < 5; tries += 1) await stage.verify(locked.userId, wrongSecret(locked.first));
    const foreign = await tokenOf(stage.service.url, await stage.service.tenant());
    const wire = await Wire.open(stage.service.url);
    const ask = (userId: string, code: string, token = stage.token) =>
      wire.send({ path: `/v1/users/${userId}/recovery`, token, body: { code } });
    const kinds: Record<string, (index: number) => Promise<string>> = {
      wrong_code: () => ask(user.userId, wrongSecret(user.first)),
      'wrong_code of another selector': () => ask(user.userId, wrongSelector(user.set)),
      replayed_code: () => ask(used.userId, used.first),
      locked: () => ask(locked.userId, locked.first),
      'not_enrolled: no codes': () => ask(plain.userId, user.first),
      'not_enrolled: never': () => ask('never-enrolled', user.first),
      'not_enrolled: ever new ones': (index) => ask(`stranger-${index}`, user.first),
      "not_enrolled: another tenant's": () => ask(user.userId, user.first, foreign),
    };
    const count = async () =>
      (await stage.service.sql<{ n: number }>('SELECT count(*)::int AS n FROM audit_events'))[0]?.n;
    const answers = new Set<string>();
    for (const send of Object.values(kinds)) {
      const before = (await count()) ?? 0;
      for (let index = 0; index < 25; index += 1) {
        answers.add(masked(await send(index)));
        if (index % 4 === 3) await stage.service.sql(FORGET, [user.userId]);
      }
      expect((await count()) ?? 0).toBe(before + 25);
    }
    wire.close();
    expect([...answers]).toHaveLength(1);
    expect([...answers][0]).toContain('verification_refused');
    for (const { userId } of [user, used, locked]) expect(await listed(stage, userId)).toEqual([]);
    expect((await begin(stage, user.userId, { code: user.first })).status).toBe(202);
    // 200 hashes one after the other.
  });
});

const FORGET = `UPDATE users SET recovery_consecutive_failures = 0, recovery_recent_failures = '{}', recovery_locked_until = NULL
                WHERE user_id = $1`;
