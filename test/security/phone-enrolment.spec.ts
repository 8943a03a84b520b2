// T-40. The attacker has a stolen token with `phones:write`, the user's phone for a minute, or the user's number
// through a second SIM card. They want their own number at another account, another person's number at their account,
// or an account that depends on a number only.
import { mintToken } from '../../src/platform/crypto/token.js';
import { call, tokenOf } from '../support/api.js';
import { PhoneDesk } from '../support/phones.js';
import { DAY, MINUTE, SECOND, Stage, statuses } from '../support/stage.js';

const NUMBER = '+12015550123';
const masked = (text: string) => text.replace(/"requestId":"[^"]+"/, '"requestId":"*"');

describe('a phone', () => {
  let stage: Stage;
  let desk: PhoneDesk;

  beforeAll(async () => {
    stage = await Stage.open(2);
    desk = await PhoneDesk.of(stage);
  });
  afterAll(() => stage.stop());

  const phonesOf = async (userId: string) =>
    (await call(stage.service.url, { path: `/v1/users/${userId}/phones`, token: stage.token })).json() as {
      data: { id: string; status: string; hint: string }[];
    };
  const listed = async (userId: string) => (await phonesOf(userId)).data.map(({ status, hint }) => [status, hint]);
  const types = async (userId: string) => (await stage.factors(userId)).data.map(({ type, status }) => [type, status]);

  it('is refused until the tenant turns phones on, and after it turns them off', async () => {
    const other = await stage.service.tenant();
    const token = await tokenOf(stage.service.url, other);
    const ask = (path: string, body: object) => call(stage.service.url, { path, token, body });
    const phones = () => ask('/v1/users/early/phones', { phoneNumber: NUMBER });
    expect((await phones()).json()).toMatchObject({ status: 409, code: 'phones_off' });
    expect((await ask('/v1/users/early/challenges', { type: 'phone' })).json()).toMatchObject({ code: 'phones_off' });
    expect((await ask('/v1/blind-lookups', { phoneNumber: NUMBER })).json()).toMatchObject({ code: 'phones_off' });
    await desk.set({ via: 'outbox', countries: 'US' }, other.tenantId);
    expect((await phones()).status).toBe(403);
    await desk.set({ via: 'none' }, other.tenantId);
    expect((await phones()).status).toBe(409);
  });

  it('is refused with the same bytes to a user without a stronger factor, an unknown user, and without a proof', async () => {
    const enrolled = await stage.user('enrolled');
    await stage.open('pending-only');
    const none = await desk.enrol('unknown', NUMBER);
    expect(none.json()).toMatchObject({ status: 403, code: 'step_up_required' });
    for (const userId of ['pending-only', enrolled.userId, 'unknown'])
      expect(masked((await desk.enrol(userId, NUMBER)).text)).toBe(masked(none.text));
    expect(masked((await desk.enrol('unknown', NUMBER, await stage.proof(enrolled, 'factors.add'))).text)).toBe(
      masked(none.text),
    );
    expect(await stage.service.sql("SELECT 1 FROM phones WHERE user_id IN ('unknown', 'pending-only')")).toEqual([]);
    expect(await stage.guard('unknown')).toBeUndefined();
  });

  it('is enrolled with a step-up, counts after its code was typed, and shows two digits', async () => {
    const user = await stage.user('ada');
    const answer = await desk.enrol('ada', '+1 (201) 555-0123', await stage.proof(user, 'factors.add'));
    expect(answer.status).toBe(202);
    expect(answer.text).not.toContain('5550123');
    const { id, notice, alternatives, expiresAt } = answer.json();
    expect([notice.length > 50, alternatives]).toEqual([true, ['totp', 'webauthn', 'device']]);
    expect(Date.parse(expiresAt)).toBe(stage.nowMs + 5 * MINUTE);
    await desk.settled();
    const [sent] = desk.sent().slice(-1);
    expect(sent).toMatchObject({ purpose: 'enrolment', phoneNumber: NUMBER, code: desk.codeOfEnrolment(id) });
    expect(await listed('ada')).toEqual([['pending', '•• 23']]);
    const confirmed = await desk.confirm('ada', id, sent?.code ?? '');
    expect(confirmed.json()).toEqual({ id, status: 'active', hint: '•• 23' });
    expect(await listed('ada')).toEqual([['active', '•• 23']]);
    expect((await desk.confirm('ada', id, sent?.code ?? '')).status).toBe(422);
  });

  it('is not opened by a recovery ticket, which stays unused', async () => {
    const user = await stage.user('lost');
    const refused = await desk.enrol(user.userId, NUMBER, mintToken('rtk'));
    expect(refused.json()).toMatchObject({ code: 'step_up_required' });
    const [event] = await stage.service.sql<{ reason: string }>(
      "SELECT reason FROM audit_events WHERE user_id = 'lost' AND action = 'step_up.refused'",
    );
    expect(event?.reason).toBe('ticket_not_valid');
  });

  it('is void after five wrong codes, which count with the user’s other codes', async () => {
    const user = await stage.user('guessed');
    const id = await desk.begin(user, NUMBER);
    const right = desk.codeOfEnrolment(id);
    const wrong = Array.from({ length: 40 }, (_none, index) =>
      index === Number(right) ? '999999' : `0000${index + 10}`,
    );
    const answers = await Promise.all(wrong.map((code, index) => desk.confirm('guessed', id, code, index)));
    expect(statuses(answers)).toEqual({ 422: 40 });
    const guard = await stage.guard('guessed');
    expect([guard?.consecutive_failures, guard?.locked_until?.getTime()]).toEqual([5, stage.nowMs + 30 * SECOND]);
    await stage.later(31 * SECOND);
    expect((await desk.confirm('guessed', id, right)).status).toBe(422);
    expect(await types('guessed')).toContainEqual(['totp', 'active']);
    expect(await listed('guessed')).toEqual([['pending', '•• 23']]);
  });

  it("is not confirmed after five minutes, by another enrolment's code, for another user, or by another tenant", async () => {
    const user = await stage.user('late');
    const other = await stage.user('other');
    const first = await desk.begin(user, NUMBER);
    const second = await desk.begin(other, '+12015550124');
    expect((await desk.confirm('late', first, desk.codeOfEnrolment(second))).status).toBe(422);
    expect((await desk.confirm('other', first, desk.codeOfEnrolment(first))).status).toBe(422);
    const stranger = await tokenOf(stage.service.url, await stage.service.tenant());
    const body = { code: desk.codeOfEnrolment(first) };
    const path = `/v1/users/late/phones/${first}/confirm`;
    expect((await call(stage.service.url, { path, token: stranger, body })).status).toBe(422);
    await stage.later(5 * MINUTE - 60 * SECOND - 1);
    const [row] = await stage.service.sql<{ expires_at: Date }>(
      "SELECT expires_at FROM factors WHERE user_id = 'late' AND type = 'phone'",
    );
    await stage.at(row?.expires_at.getTime() ?? 0);
    expect((await desk.confirm('late', first, desk.codeOfEnrolment(first))).status).toBe(422);
    expect(await listed('late')).toEqual([]);
  });

  it('is confirmed by one of 50 parallel requests over two processes', async () => {
    const user = await stage.user('burst');
    const id = await desk.begin(user, NUMBER);
    const code = desk.codeOfEnrolment(id);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_none, index) => desk.confirm('burst', id, code, index)),
    );
    expect(statuses(answers)).toEqual({ 200: 1, 422: 49 });
  });

  it('is unique per user: the same number replaces the old phone, and one of two parallel enrolments stays', async () => {
    const owner = await desk.owner('twice', NUMBER);
    const again = await desk.begin(owner, 'tel:+1-201-555-0123');
    const more = await desk.begin(owner, NUMBER);
    const [one, two] = await Promise.all(
      [again, more].map((id, index) => desk.confirm('twice', id, desk.codeOfEnrolment(id), index)),
    );
    expect([one?.status, two?.status].sort()).toEqual([200, 422]);
    expect(await listed('twice')).toEqual([['active', '•• 23']]);
    expect((await phonesOf('twice')).data[0]?.id).not.toBe(owner.phoneId);
    const gone = await stage.service.sql(
      "SELECT 1 FROM audit_events WHERE user_id = 'twice' AND action = 'factor.removed'",
    );
    expect(gone).toHaveLength(1);
  });

  it('is not changed to another number: a new number is another phone and needs a step-up', async () => {
    const owner = await desk.owner('moves', NUMBER);
    const moved = await desk.giveTo(owner, '+12015550155');
    expect(await listed('moves')).toEqual([
      ['active', '•• 23'],
      ['active', '•• 55'],
    ]);
    await desk.remove(owner);
    expect((await phonesOf('moves')).data.map(({ id }) => id)).toEqual([moved.phoneId]);
  });

  it('can belong to several users, and is separate for each tenant', async () => {
    const [first, second] = [
      await desk.owner('family-1', '+12015550177'),
      await desk.owner('family-2', '+12015550177'),
    ];
    const rows = await stage.service.sql<{ number_index: Buffer; number_sealed: Buffer }>(
      'SELECT number_index, number_sealed FROM phones WHERE user_id = ANY($1)',
      [[first.userId, second.userId]],
    );
    expect(new Set(rows.map(({ number_index }) => number_index.toString('hex'))).size).toBe(1);
    expect(new Set(rows.map(({ number_sealed }) => number_sealed.toString('hex'))).size).toBe(2);
    const foreign = desk.numbers.indexOf('00000000-0000-7000-8000-000000000001', '+12015550177');
    expect(rows[0]?.number_index.equals(foreign)).toBe(false);
    // In another row the sealed number does not open, so no digit of it is shown.
    await stage.service.sql('UPDATE phones SET number_sealed = $1 WHERE user_id = $2', [
      rows[0]?.number_sealed,
      'family-2',
    ]);
    const broken = await call(stage.service.url, { path: '/v1/users/family-2/phones', token: stage.token });
    expect([broken.status, (broken.json() as { data: { hint: string }[] }).data.map(({ hint }) => hint)]).toEqual([
      200,
      ['•• '],
    ]);
  });

  it('is removed with the last strong factor, and never stays as the only one', async () => {
    const owner = await desk.owner('last', NUMBER);
    const assertion = await stage.proof(owner, 'factors.remove');
    expect((await stage.remove('last', owner.factorId, { assertion })).status).toBe(204);
    expect(await types('last')).toEqual([]);
    expect(await stage.service.sql("SELECT 1 FROM phones WHERE user_id = 'last'")).toEqual([]);
  });

  it('is not confirmed if the factor that authorized it was removed meanwhile', async () => {
    const user = await stage.user('orphan');
    const id = await desk.begin(user, NUMBER);
    const assertion = await stage.proof(user, 'factors.remove');
    expect((await stage.remove('orphan', user.factorId, { assertion })).status).toBe(204);
    expect((await desk.confirm('orphan', id, desk.codeOfEnrolment(id))).status).toBe(422);
    expect((await stage.factors('orphan')).data.filter(({ status }) => status === 'active')).toEqual([]);
  });

  it('is refused first for a country or kind of number that the tenant does not allow, with a clear code', async () => {
    for (const [phoneNumber, code] of [
      ['+4915123456789', 'number_not_allowed'],
      ['+18005550199', 'number_not_allowed'],
      ['+449012345678', 'number_not_allowed'],
      ['+1201555012', 'malformed_request'],
      ['12015550123', 'malformed_request'],
    ] as const)
      expect((await desk.enrol('unknown', phoneNumber)).json()).toMatchObject({ code });
    const extra = await stage.post('/v1/users/unknown/phones', { phoneNumber: NUMBER, status: 'active' });
    expect(extra.status).toBe(400);
  });

  it('is in no event and in no line of the log', async () => {
    await stage.later(DAY);
    const events = await stage.service.sql<{ row: string }>(
      'SELECT row_to_json(audit_events)::text AS row FROM audit_events',
    );
    const log = stage.service.instances.map((instance) => instance.output()).join('');
    for (const text of [log, ...events.map(({ row }) => row)]) expect(text).not.toMatch(/5550(123|124|155|177|144)/);
  });
});
