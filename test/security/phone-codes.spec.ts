// T-40, T-02. The attacker has read the message, has a right code of another factor, or guesses. A code counts only for
// the challenge that asked for it, and only for the phone that got it.
import { call, tokenOf } from '../support/api.js';
import { forgetPhones, PhoneDesk } from '../support/phones.js';
import { opening } from '../support/provers.js';
import { DAY, SECOND, Stage } from '../support/stage.js';

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

  it('are resent after half a minute for the same challenge; wrong answers stay counted, and the fifth ends it', async () => {
    const owner = await desk.insert(await stage.user('ada'), '+12015550123');
    const { id } = await challenge(owner.userId);
    const right = desk.codeOfChallenge(id, owner.phoneId);
    const wrong = right === '000000' ? '000001' : '000000';
    const answer = (code: string) => stage.post(`/v1/challenges/${id}/answer`, { code });
    const resend = (token = stage.token) =>
      call(stage.service.url, { method: 'POST', path: `/v1/challenges/${id}/resend`, token });
    await desk.settled();
    expect((await resend()).status).toBe(429);
    for (let turn = 0; turn < 4; turn += 1) expect((await answer(wrong)).status).toBe(422);
    await stage.later(32 * SECOND);
    expect((await resend()).status).toBe(202);
    await desk.workedOff();
    expect(desk.sent().map(({ code }) => code)).toEqual([right, right]);
    expect((await answer(wrong)).status).toBe(422);
    expect((await answer(right)).status).toBe(422);
    expect((await resend()).json()).toMatchObject({ code: 'not_resendable' });
    const stranger = await tokenOf(stage.service.url, await stage.service.tenant());
    expect((await resend(stranger)).status).toBe(404);
  });

  it('share the count of wrong codes with the authenticator: five of both together lock', async () => {
    const owner = await desk.insert(await stage.user('ada'), '+12015550123');
    const { id } = await challenge(owner.userId);
    const right = desk.codeOfChallenge(id, owner.phoneId);
    for (const code of stage.wrong(owner, 3)) await stage.verify('ada', code);
    for (const code of ['000001', '000002'].map((code) => (code === right ? '000003' : code)))
      await stage.post(`/v1/challenges/${id}/answer`, { code });
    expect((await stage.guard('ada'))?.consecutive_failures).toBe(5);
    expect((await stage.post(`/v1/challenges/${id}/answer`, { code: right })).status).toBe(422);
    expect((await stage.verify('ada', stage.right(owner))).status).toBe(422);
  });

  it("are refused by verify, and a phone challenge refuses the authenticator's code", async () => {
    const owner = await desk.insert(await stage.user('ada'), '+12015550123');
    const { id } = await challenge(owner.userId);
    expect((await stage.verify('ada', desk.codeOfChallenge(id, owner.phoneId))).status).toBe(422);
    expect((await stage.post(`/v1/challenges/${id}/answer`, { code: stage.right(owner) })).status).toBe(422);
    expect((await stage.post(`/v1/challenges/${id}/answer`, { code: '12345678' })).status).toBe(422);
    const { id: ofTotp } = await opening(stage, { userId: 'ada', type: 'totp' });
    const code = desk.codeOfChallenge(ofTotp, owner.phoneId);
    expect((await stage.post(`/v1/challenges/${ofTotp}/answer`, { code })).status).toBe(422);
    const accepted = await stage.post(`/v1/challenges/${id}/answer`, { code: desk.codeOfChallenge(id, owner.phoneId) });
    expect(accepted.status).toBe(200);
  });

  it('authorize no change to factors, for any action', async () => {
    const owner = await desk.insert(await stage.user('ada'), '+12015550123');
    const { id } = await opening(stage, { userId: 'ada', type: 'phone', action: 'factors.add' });
    const answer = await stage.post(`/v1/challenges/${id}/answer`, { code: desk.codeOfChallenge(id, owner.phoneId) });
    const { assertion } = answer.json() as { assertion: string };
    const claims = JSON.parse(Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString()) as object;
    expect(claims).toMatchObject({ amr: ['sms'], acr: 'urn:countersign:acr:restricted', factor_type: 'phone' });
    expect((await desk.enrol('ada', '+12015550199', assertion)).status).toBe(403);
    expect((await stage.remove('ada', owner.factorId, { assertion })).status).toBe(403);
  });

  it('go to the named phone, or to the one confirmed last, and count for that phone only', async () => {
    const user = await stage.user('ada');
    const old = await desk.insert(user, '+12015550111');
    await stage.later(DAY);
    const young = await desk.insert(user, '+12015550122');
    const any = await challenge('ada');
    const named = await stage.post('/v1/users/ada/challenges', {
      type: 'phone',
      factorId: old.phoneId.replace('phn_', 'fac_'),
    });
    const { id } = named.json() as { id: string };
    await desk.settled();
    // Two codes of a user are at least half a minute apart.
    await stage.later(32_000);
    await desk.settled();
    expect(
      desk
        .sent()
        .map(({ phoneNumber }) => phoneNumber)
        .sort(),
    ).toEqual(['+12015550111', '+12015550122']);
    const answer = (challengeId: string, phoneId: string) =>
      stage.post(`/v1/challenges/${challengeId}/answer`, { code: desk.codeOfChallenge(challengeId, phoneId) });
    expect((await answer(any.id, old.phoneId)).status).toBe(422);
    expect((await answer(id, young.phoneId)).status).toBe(422);
    expect([(await answer(any.id, young.phoneId)).status, (await answer(id, old.phoneId)).status]).toEqual([200, 200]);
  });
});
