// T-40, T-30. The attacker repeats requests or asks for a code again and again. They want to spend money, to guess with
// a fresh count, or to learn whether a number is known.
import { call, tokenOf } from '../support/api.js';
import { PhoneDesk } from '../support/phones.js';
import { SECOND, Stage } from '../support/stage.js';

const NUMBER = '+12015550123';

describe('the enrolment of a phone', () => {
  let stage: Stage;
  let desk: PhoneDesk;

  beforeAll(async () => {
    stage = await Stage.open(2);
    desk = await PhoneDesk.of(stage);
  });
  afterAll(() => stage.stop());

  it('is created once per idempotency key, and a known and an unknown number behave alike', async () => {
    const user = await stage.user('retried');
    const headers = { 'step-up': await stage.proof(user, 'factors.add'), 'idempotency-key': '"phone-1"' };
    const path = '/v1/users/retried/phones';
    const send = (phoneNumber: string) =>
      call(stage.service.url, { path, token: stage.token, headers, body: { phoneNumber } });
    const answers = [await send(NUMBER), await send('+1 201 555 0123')];
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(answers[1]?.text).toBe(answers[0]?.text);
    expect((await send('+12015550199')).json()).toMatchObject({ code: 'idempotency_mismatch' });
    const listed = await call(stage.service.url, { path, token: stage.token });
    expect((listed.json() as { data: unknown[] }).data).toHaveLength(1);
  });

  it('resends the same code after half a minute, four times; wrong codes stay counted', async () => {
    const user = await stage.user('again');
    const id = await desk.begin(user, '+12015550144');
    const resend = () =>
      call(stage.service.url, { method: 'POST', path: `/v1/users/again/phones/${id}/resend`, token: stage.token });
    const early = await resend();
    expect([early.status, early.headers['retry-after']]).toEqual([429, '30']);
    expect((await desk.confirm('again', id, wrongOf(desk.codeOfEnrolment(id)))).status).toBe(422);
    const outcomes: number[] = [];
    for (let turn = 0; turn < 6; turn += 1) {
      await stage.later(32 * SECOND);
      outcomes.push((await resend()).status);
    }
    expect(outcomes).toEqual([202, 202, 202, 202, 429, 429]);
    await desk.workedOff();
    const [row] = await stage.service.sql<{ wrong: number }>(
      "SELECT (value ->> 'wrong')::int AS wrong FROM users, jsonb_each(pending) WHERE user_id = 'again'",
    );
    expect(row?.wrong).toBe(1);
    expect(
      new Set(
        desk
          .sent()
          .filter(({ phoneNumber }) => phoneNumber === '+12015550144')
          .map(({ code }) => code),
      ).size,
    ).toBe(1);
  });

  it('cannot be resent for another user or by another tenant', async () => {
    const user = await stage.user('mine');
    const id = await desk.begin(user, NUMBER);
    await stage.later(31 * SECOND);
    const send = (userId: string, token: string) =>
      call(stage.service.url, { method: 'POST', path: `/v1/users/${userId}/phones/${id}/resend`, token });
    const stranger = await tokenOf(stage.service.url, await stage.service.tenant());
    expect([(await send('unknown', stage.token)).status, (await send('mine', stranger)).status]).toEqual([404, 404]);
    expect((await send('mine', stage.token)).status).toBe(202);
  });
});

/** A six-digit code that differs from this one. */
function wrongOf(code: string): string {
  return code === '000000' ? '000001' : '000000';
}
