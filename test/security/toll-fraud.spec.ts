// R-13, T-39. The attacker owns expensive numbers or is paid for messages to them. They have a stolen token, or use the
// tenant's sign-in page. They make the service send codes that no user types in.
import { OPERATOR_TENANT_ID } from '../../src/contract/reserved-tenants.js';
import { MESSAGES_CHANNEL } from '../../src/phones/messages/message.statement.js';
import { call } from '../support/api.js';
import { forgetPhones, numberAt, PhoneDesk, type PhoneOwner } from '../support/phones.js';
import { opening } from '../support/provers.js';
import { DAY, MINUTE, SECOND, Stage, statuses, tally } from '../support/stage.js';

describe('codes to phones', () => {
  let stage: Stage;
  let desk: PhoneDesk;

  beforeAll(async () => {
    stage = await Stage.open(2);
  });
  afterAll(() => stage.stop());

  /** Two days later, without users and phones. */
  beforeEach(async () => {
    await forgetPhones(stage);
    await stage.later(2 * DAY);
    desk = await PhoneDesk.of(stage);
  });

  const challenge = (userId: string) => opening(stage, { userId, type: 'phone' });
  const codesTo = (phoneNumber: string, purpose = 'challenge') =>
    desk.sent().filter((sent) => sent.phoneNumber === phoneNumber && sent.purpose === purpose);
  const withheld = async () =>
    (
      await stage.service.sql<{ reason: string; n: number }>(
        `SELECT reason, count(*)::int AS n FROM audit_events WHERE action = 'phone.code_withheld' AND at >= $1 GROUP BY reason`,
        [new Date(desk.sinceMs)],
      )
    ).reduce<Record<string, number>>((counts, { reason, n }) => ({ ...counts, [reason]: n }), {});

  const blockOf = (phoneNumber: string) => desk.numbers.prefixIndexOf(desk.tenantId, phoneNumber).toString('hex');
  const alerts = async (tenantId: string) =>
    (
      await stage.service.sql<{ kind: string }>(
        `SELECT kind FROM alerts WHERE tenant_id = $1 AND last_at >= $2 AND kind LIKE 'code%'`,
        [tenantId, new Date(desk.sinceMs)],
      )
    ).map(({ kind }) => kind);

  /** Owners inserted into the database, each with a number of its own. */
  async function owners(count: number, numberOf: (index: number) => string): Promise<PhoneOwner[]> {
    const made: PhoneOwner[] = [];
    for (let index = 0; index < count; index += 1) {
      const user = await stage.user(`owner-${index}`);
      made.push(await desk.insert(user, numberOf(index)));
    }
    return made;
  }

  it('are sent to one user half a minute apart, five in ten minutes and twenty a day, without delaying others', async () => {
    const owner = await desk.insert(await stage.user('ada'), '+12015550123');
    const family = await desk.insert(await stage.user('bob'), '+12015550123');
    const opened: string[] = [];
    const sent: number[] = [];
    for (const userId of [owner.userId, owner.userId, family.userId, owner.userId, owner.userId, owner.userId]) {
      opened.push((await challenge(userId)).id);
      await desk.settled();
      sent.push(codesTo('+12015550123').length);
    }
    // Each user's first code is sent immediately; each later one waits for half a minute.
    expect(sent).toEqual([1, 1, 2, 2, 2, 2]);
    for (let turn = 0; turn < 6; turn += 1) {
      await stage.later(32 * SECOND);
      await desk.workedOff();
    }
    expect(codesTo('+12015550123')).toHaveLength(6);
    const path = `/v1/challenges/${opened.at(-1) ?? ''}/resend`;
    expect((await call(stage.service.url, { method: 'POST', path, token: stage.token })).status).toBe(202);
    await desk.settled();
    expect(await withheld()).toEqual({ code_limit: 1 });
    for (let hour = 0; hour < 24; hour += 1) {
      await stage.later(50 * MINUTE);
      await challenge(owner.userId);
      await desk.settled();
    }
    expect(codesTo('+12015550123')).toHaveLength(20 + 1);
  });

  it('are limited to five challenges in ten minutes per user, known or unknown', async () => {
    const owner = await desk.insert(await stage.user('ada'), '+12015550123');
    for (const userId of [owner.userId, 'unknown']) {
      const body = { type: 'phone' };
      const path = `/v1/users/${userId}/challenges`;
      const asked = Array.from({ length: 30 }, (_none, index) => stage.post(path, body, index));
      expect(statuses(await Promise.all(asked))).toEqual({ 201: 5, 429: 25 });
    }
  });

  it('stop at fifty an hour per block for enrolments and strangers’ look-ups, not for users with confirmed phones', async () => {
    const block = await owners(55, (index) => numberAt(index));
    const asked: number[] = [];
    for (const { phoneNumber } of block) asked.push((await stage.post('/v1/blind-lookups', { phoneNumber })).status);
    expect(tally(asked)).toEqual({ 202: 50, 429: 5 });
    expect((await stage.post('/v1/blind-lookups', { phoneNumber: '+12025550123' })).status).toBe(202);
    await desk.begin(await stage.user('new-1'), numberAt(60));
    await desk.spent('enrolments of a block, of a client', `${desk.clientId} ${blockOf(numberAt(60))}`, 50);
    await desk.begin(await stage.user('new-2'), numberAt(61));
    await desk.begin(await stage.user('new-3'), '+12025550124');
    for (const { userId } of block) await challenge(userId);
    await desk.settled();
    // By id: a code that was resent has the same id.
    const purposes = [...new Map(desk.sent().map(({ id, purpose }) => [id, purpose])).values()];
    expect(tally(purposes)).toEqual({ blind_lookup: 50, enrolment: 2, challenge: 55 });
    expect(await withheld()).toEqual({ code_limit: 1 });
  });

  it("stop at the tenant's limits for an hour and a day; blind look-ups have a budget of their own", async () => {
    await desk.set({ 'daily-cap': '8' });
    const all = await owners(12, (index) => numberAt(index * 10_001));
    for (const { userId } of all) await challenge(userId);
    await desk.settled();
    expect(desk.sent()).toHaveLength(2);
    for (const { phoneNumber } of all) await stage.post('/v1/blind-lookups', { phoneNumber });
    await desk.settled();
    expect(desk.sent().filter(({ purpose }) => purpose === 'blind_lookup')).toHaveLength(12);
    for (let hour = 0; hour < 6; hour += 1) {
      await stage.later(65 * MINUTE);
      for (const { userId } of all) await challenge(userId);
      await desk.settled();
    }
    expect(desk.sent().filter(({ purpose }) => purpose === 'challenge')).toHaveLength(8);
  });

  it('for enrolments stop for a block with twenty unused codes, until a day later; other codes are sent', async () => {
    const expired = async () => {
      await desk.settled();
      await stage.later(5 * MINUTE + SECOND);
      await desk.workedOff();
    };
    const owner = await desk.insert(await stage.user('ada'), numberAt(1));
    await desk.begin(await stage.user('new-1'), numberAt(2));
    await expired();
    await desk.spent('numbers of a block that were not', `enrolment ${blockOf(numberAt(2))}`, 19);
    await desk.begin(await stage.user('new-2'), numberAt(3));
    await expired();
    expect(await alerts(desk.tenantId)).toEqual(['codes_of_a_block_unused']);
    await desk.begin(await stage.user('new-3'), numberAt(4));
    await challenge(owner.userId);
    await stage.post('/v1/blind-lookups', { phoneNumber: numberAt(1) });
    await desk.settled();
    expect(await withheld()).toEqual({ prefix_stopped: 1 });
    expect(
      desk
        .sent()
        .slice(2)
        .map(({ purpose }) => purpose)
        .sort(),
    ).toEqual(['blind_lookup', 'challenge']);
    await stage.later(25 * 60 * MINUTE);
    await desk.begin(await stage.user('new-4'), numberAt(5));
    await desk.settled();
    expect(codesTo(numberAt(5), 'enrolment')).toHaveLength(1);
  });

  it('of unused challenges continue for their block, and the operator gets an alert', async () => {
    const block = await owners(21, (index) => numberAt(index));
    for (const { userId } of block) await challenge(userId);
    await desk.settled();
    await stage.later(5 * MINUTE + SECOND);
    await desk.workedOff();
    for (const { userId } of block) await challenge(userId);
    await desk.settled();
    expect(desk.sent()).toHaveLength(42);
    expect([await alerts(desk.tenantId), await alerts(OPERATOR_TENANT_ID)]).toEqual([[], ['codes_of_a_block_unused']]);
  });

  it("are counted per user and address, so that neither uses up the tenant's limit", async () => {
    await desk.set({ 'daily-cap': '400' });
    const owner = await desk.insert(await stage.user('ada'), '+12015550123');
    const body = { type: 'phone', endUser: { ip: '203.0.113.7' } };
    for (let index = 0; index < 120; index += 1) await stage.post(`/v1/users/unknown-${index}/challenges`, body, index);
    await challenge(owner.userId);
    await desk.settled();
    expect(codesTo(owner.phoneNumber)).toHaveLength(1);
  });

  it('do not count against a block if no transport took them', async () => {
    const owner = await desk.insert(await stage.user('ada'), '+12015550123');
    await desk.set({ via: 'webhook', url: 'http://127.0.0.1:9/' });
    await challenge(owner.userId);
    for (let tries = 0; tries < 20 && Object.keys(await withheld()).length === 0; tries += 1) {
      await stage.later(6 * SECOND);
      await stage.workBegun(MESSAGES_CHANNEL);
      await new Promise((done) => setTimeout(done, 500));
    }
    expect(await withheld()).toEqual({ transport_failed: 1 });
    await stage.later(5 * MINUTE);
    await desk.workedOff();
    const subject = `challenge ${blockOf('+12015550123')}`;
    await expect(desk.spent('numbers of a block that were not', subject, 1)).rejects.toThrow('nothing was spent');
    // It was counted before it was tried.
    await desk.spent('codes of a user', 'challenge ada', 1);
  });

  it('are not stopped by unanswered blind look-ups', async () => {
    const block = await owners(25, (index) => numberAt(index));
    for (const { phoneNumber } of block) await stage.post('/v1/blind-lookups', { phoneNumber });
    await desk.settled();
    await stage.later(5 * MINUTE + SECOND);
    await desk.workedOff();
    await stage.post('/v1/blind-lookups', { phoneNumber: block[0]?.phoneNumber ?? '' });
    await challenge(block[1]?.userId ?? '');
    await desk.settled();
    expect(desk.sent().filter(({ purpose }) => purpose === 'blind_lookup')).toHaveLength(26);
    expect(codesTo(block[1]?.phoneNumber ?? '')).toHaveLength(1);
  });

  it('are not sent to a country removed from the list, or after phones were turned off', async () => {
    const owner = await desk.insert(await stage.user('ada'), '+12015550123');
    await desk.set({ countries: 'GB' });
    await challenge(owner.userId);
    await desk.settled();
    await stage.service.sql('UPDATE phone_settings SET via = NULL');
    await stage.service.sql(
      `UPDATE messages SET due_at = created_at; INSERT INTO messages (tenant_id, id, purpose, subject_id, due_at, created_at, expires_at)
       SELECT tenant_id, gen_random_uuid(), 'challenge', id, created_at, created_at, expires_at FROM challenges`,
    );
    await stage.later(32 * SECOND);
    await desk.settled();
    expect(desk.sent()).toEqual([]);
    expect(await withheld()).toEqual({ number_not_allowed: 1, phones_off: 1 });
  });

  it('are not sent if they cannot be counted, at the request or in the worker', async () => {
    const owner = await desk.insert(await stage.user('ada'), '+12015550123');
    await challenge(owner.userId);
    await stage.service.sql('REVOKE UPDATE ON budgets FROM countersign_service');
    const asked = await stage.post(`/v1/users/${owner.userId}/challenges`, { type: 'phone' });
    expect([asked.status, (asked.json() as { code: string }).code]).toEqual([503, 'service_unavailable']);
    await stage.later(6 * SECOND);
    await new Promise((done) => setTimeout(done, 6_000));
    expect(desk.sent()).toEqual([]);
    const lookup = await stage.post(`/v1/users/${owner.userId}/phone-match`, { phoneNumber: '+12015550123' });
    expect([lookup.status, lookup.text.includes('match')]).toEqual([503, false]);
    await stage.service.sql('GRANT UPDATE ON budgets TO countersign_service');
    await stage.later(6 * SECOND);
    await desk.workedOff();
    expect(codesTo('+12015550123')).toHaveLength(1);
  });
});
