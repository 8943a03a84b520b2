// T-39. The attacker owns expensive numbers, or is paid for messages to them, and holds a stolen token, or stands at the tenant's sign-in
// page: they make the service send codes that nobody types in.
import { MESSAGES_CHANNEL } from '../../src/phones/messages/message.statement.js';
import { forgetPhones, numberAt, PhoneDesk, type PhoneOwner } from '../support/phones.js';
import { opening } from '../support/provers.js';
import { DAY, MINUTE, SECOND, Stage, statuses } from '../support/stage.js';

describe('codes to phones', () => {
  let stage: Stage;
  let desk: PhoneDesk;

  beforeAll(async () => {
    stage = await Stage.open(2);
  });
  afterAll(() => stage.stop());

  /** Two days later, with nobody and nothing left. */
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

  /** Owners put into the database, each with a number of its own. */
  async function owners(count: number, numberOf: (index: number) => string): Promise<PhoneOwner[]> {
    const made: PhoneOwner[] = [];
    for (let index = 0; index < count; index += 1) {
      const user = await stage.user(`owner-${index}`);
      made.push(await desk.insert(user, numberOf(index)));
    }
    return made;
  }

  it('are sent to one number half a minute apart, five in ten minutes and twenty a day, over both instances', async () => {
    const owner = await desk.insert(await stage.user('ada'), '+12015550123');
    // Two ways in, so that the limit of challenges of one user is not what stops it.
    const family = await desk.insert(await stage.user('bob'), '+12015550123');
    const begun: number[] = [];
    for (const userId of [owner.userId, family.userId, owner.userId, family.userId, owner.userId, family.userId]) {
      await challenge(userId);
      await desk.settled();
      begun.push(codesTo('+12015550123').length);
    }
    // The first goes at once; each further one waits for its half minute.
    expect(begun).toEqual([1, 1, 1, 1, 1, 1]);
    for (let turn = 0; turn < 8; turn += 1) {
      await stage.later(32 * SECOND);
      await desk.workedOff();
    }
    expect(codesTo('+12015550123')).toHaveLength(5);
    expect(await withheld()).toEqual({ code_limit: 1 });
    for (let hour = 0; hour < 24; hour += 1) {
      await stage.later(50 * MINUTE);
      await challenge(owner.userId);
      await desk.settled();
    }
    expect(codesTo('+12015550123')).toHaveLength(20);
  });

  it('are five challenges in ten minutes of one user, for nobody as for somebody', async () => {
    const owner = await desk.insert(await stage.user('ada'), '+12015550123');
    for (const userId of [owner.userId, 'nobody']) {
      const body = { type: 'phone' };
      const path = `/v1/users/${userId}/challenges`;
      const asked = Array.from({ length: 30 }, (_none, index) => stage.post(path, body, index));
      expect(statuses(await Promise.all(asked))).toEqual({ 201: 5, 429: 25 });
    }
  });

  it('stop at fifty an hour of one block of numbers, and other blocks go on', async () => {
    const block = await owners(55, (index) => numberAt(index));
    const other = await desk.insert(await stage.user('elsewhere'), '+12025550123');
    for (const { userId } of block) await challenge(userId);
    await desk.settled();
    await challenge(other.userId);
    await desk.settled();
    expect(desk.sent().filter(({ phoneNumber }) => phoneNumber.startsWith('+120155'))).toHaveLength(50);
    expect(codesTo(other.phoneNumber)).toHaveLength(1);
    expect(await withheld()).toEqual({ code_limit: 5 });
  }, 60_000);

  it('stop for a tenant at what it has set for an hour and a day; blind look-ups have money of their own', async () => {
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
  }, 60_000);

  it('stop for a block whose codes nobody types in, and begin again a day later', async () => {
    const block = await owners(22, (index) => numberAt(index));
    const pump = async (some: readonly PhoneOwner[]) => {
      for (const { userId } of some) await challenge(userId);
      await desk.settled();
      await stage.later(5 * MINUTE + SECOND);
      await desk.workedOff();
    };
    await pump(block.slice(0, 20));
    expect(desk.sent()).toHaveLength(20);
    await pump(block.slice(20));
    expect(desk.sent()).toHaveLength(20);
    expect(await withheld()).toEqual({ prefix_stopped: 2 });
    await stage.later(25 * 60 * MINUTE);
    await pump(block.slice(20));
    expect(desk.sent()).toHaveLength(22);
  }, 60_000);

  it('are not kept from those who have a phone by any number of questions about nobody', async () => {
    await desk.set({ 'daily-cap': '4' });
    const owner = await desk.insert(await stage.user('ada'), '+12015550123');
    // More than an hour's worth of each kind: 50 and 1.
    for (let index = 0; index < 60; index += 1)
      await stage.post('/v1/blind-lookups', { phoneNumber: numberAt(index, ['205']) });
    for (let index = 0; index < 8; index += 1) await challenge(`nobody-${index}`);
    await desk.settled();
    expect(desk.sent()).toEqual([]);
    await stage.post('/v1/blind-lookups', { phoneNumber: owner.phoneNumber });
    await challenge(owner.userId);
    await desk.settled();
    expect([codesTo(owner.phoneNumber, 'blind_lookup').length, codesTo(owner.phoneNumber).length]).toEqual([1, 1]);
  }, 60_000);

  it('say nothing about a block when no transport took them', async () => {
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
    const block = desk.numbers.prefixIndexOf(desk.tenantId, '+12015550123').toString('hex');
    await expect(desk.spent('codes sent to a prefix', block, 1)).rejects.toThrow('nothing was spent');
    // It was counted before it was tried.
    await desk.spent('codes to a prefix', block, 1);
  });

  it('go on for a block of which a fifth is typed in', async () => {
    const block = await owners(22, (index) => numberAt(index));
    const opened: { id: string; phoneId: string }[] = [];
    for (const { userId, phoneId } of block.slice(0, 20)) opened.push({ id: (await challenge(userId)).id, phoneId });
    await desk.settled();
    for (const { id, phoneId } of opened.slice(0, 4)) {
      const answer = await stage.post(`/v1/challenges/${id}/answer`, { code: desk.codeOfChallenge(id, phoneId) });
      expect(answer.status).toBe(200);
    }
    await stage.later(5 * MINUTE + SECOND);
    await desk.workedOff();
    await challenge(block[20]?.userId ?? '');
    await desk.settled();
    expect(desk.sent()).toHaveLength(21);
  }, 60_000);

  it('are not stopped by blind look-ups that nobody answers', async () => {
    const block = await owners(25, (index) => numberAt(index));
    for (const { phoneNumber } of block) await stage.post('/v1/blind-lookups', { phoneNumber });
    await desk.settled();
    await stage.later(5 * MINUTE + SECOND);
    await desk.workedOff();
    await stage.post('/v1/blind-lookups', { phoneNumber: block[0]?.phoneNumber ?? '' });
    await challenge(block[1]?.userId ?? '');
    await desk.settled();
    expect(desk.sent().filter(({ purpose }) => purpose === 'blind_lookup')).toHaveLength(25);
    expect(codesTo(block[1]?.phoneNumber ?? '')).toHaveLength(1);
  }, 60_000);

  it('are not sent to a country that was taken from the list, nor after phones were turned off', async () => {
    const owner = await desk.insert(await stage.user('ada'), '+12015550123');
    await desk.set({ countries: 'GB' });
    await challenge(owner.userId);
    await desk.settled();
    await stage.service.sql('UPDATE phone_settings SET via = NULL');
    await stage.service.sql(
      `UPDATE messages SET due_at = created_at; INSERT INTO messages (tenant_id, id, purpose, subject_id, due_at, created_at, expires_at)
       SELECT tenant_id, gen_random_uuid(), 'challenge', id, created_at, created_at, expires_at FROM challenges`,
    );
    await desk.settled();
    expect(desk.sent()).toEqual([]);
    expect(await withheld()).toEqual({ number_not_allowed: 1, phones_off: 1 });
  });

  it('are not sent when it cannot be counted, and go once it can be', async () => {
    const owner = await desk.insert(await stage.user('ada'), '+12015550123');
    await stage.service.sql('REVOKE UPDATE ON budgets FROM countersign_service');
    await challenge(owner.userId);
    await stage.later(6 * SECOND);
    await new Promise((done) => setTimeout(done, 6_000));
    expect(desk.sent()).toEqual([]);
    const lookup = await stage.post(`/v1/users/${owner.userId}/phone-match`, { phoneNumber: '+12015550123' });
    expect([lookup.status, lookup.text.includes('match')]).toEqual([503, false]);
    await stage.service.sql('GRANT UPDATE ON budgets TO countersign_service');
    await stage.later(6 * SECOND);
    await desk.workedOff();
    expect(codesTo('+12015550123')).toHaveLength(1);
  }, 60_000);
});
