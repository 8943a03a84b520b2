// T-39, T-51. The attacker holds a second credential of the tenant. They ask for codes to a user whom another client asks for, to send more
// than the user's limit, or to learn from a refusal what the other client did.
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

  it('are five for one user whoever asks: a second client is answered as ever, and nothing more is sent', async () => {
    const owner = await desk.insert(await stage.user('ada'), '+12015550123');
    const second = await stage.service.client(stage.client.tenantId, 'verify');
    for (let opened = 0; opened < 5; opened += 1) await challenge(owner.userId);
    // The challenges themselves are counted, not only what codes cost.
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
