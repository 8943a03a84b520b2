// T-39, T-51. The attacker has a second credential of the tenant and asks for codes to a user whom another client asks
// about. They want to send more codes than the user's limit. Or they want to learn from a refusal what the other client
// did.
import { call, tokenOf } from '../support/api.js';
import { PhoneDesk } from '../support/phones.js';
import { opening } from '../support/provers.js';
import { SECOND, Stage, statuses } from '../support/stage.js';

describe('codes to phones', () => {
  let stage: Stage;
  let desk: PhoneDesk;

  beforeAll(async () => {
    stage = await Stage.open(2);
    desk = await PhoneDesk.of(stage);
  });
  afterAll(() => stage.stop());

  const challenge = (userId: string) => opening(stage, { userId, type: 'phone' });
  const codesTo = (phoneNumber: string) => desk.sent().filter((sent) => sent.phoneNumber === phoneNumber);

  it('stop at five per user over all clients: the second client gets the same answer, and no code is sent', async () => {
    const owner = await desk.insert(await stage.user('ada'), '+12015550123');
    const second = await stage.service.client(stage.client.tenantId, 'verify');
    for (let opened = 0; opened < 5; opened += 1) await challenge(owner.userId);
    // The challenges themselves are counted, not only the budgets of codes.
    await stage.service.sql('DELETE FROM budgets');
    const token = await tokenOf(stage.service.url, second);
    const wish = { path: `/v1/users/${owner.userId}/challenges`, token, body: { type: 'phone' } };
    const answers = await Promise.all(Array.from({ length: 8 }, () => call(stage.service.url, wish)));
    expect(statuses(answers)).toEqual({ 201: 5, 429: 3 });
    for (let turn = 0; turn < 6; turn += 1) {
      await stage.later(32 * SECOND);
      await desk.settled();
    }
    expect(codesTo(owner.phoneNumber)).toHaveLength(5);
  });
});
