// T-02, T-03, T-29. The attacker has passed the first factor, or has a stolen token with the scope `verify`. A
// challenge has its own limit, so the attacker opens many and guesses in all of them. The attacker also answers
// challenges of others, answers one twice, and uses the proof of one action for another.
import { tokenOf, type Answer, type EnrolledUser } from '../support/api.js';
import { CHALLENGE_ENDS_AFTER, Challenges, claimsIn } from '../support/challenges.js';
import { ownerOf } from '../support/recovery.js';
import { MINUTE, SECOND, Stage, statuses, tally } from '../support/stage.js';

const UNKNOWN = 'chl_01kaqy4zq7e1kvf3xh2vbsrzq0';
const NONCE = 'n-0123456789abcdef';

describe('a challenge', () => {
  let stage: Stage;
  let challenges: Challenges;

  beforeAll(async () => {
    stage = await Stage.open(2);
    challenges = new Challenges(stage);
  });
  afterAll(() => stage.stop());

  /** The verdicts of all checked answers, over all challenges of a user. */
  async function checked(userId: string): Promise<number[]> {
    const text = 'SELECT answers FROM challenges WHERE user_id = $1 ORDER BY id';
    return (await stage.service.sql<{ answers: number }>(text, [userId])).map(({ answers }) => answers);
  }

  const actionsOf = async (userId: string) => {
    const text = 'SELECT action FROM audit_events WHERE user_id = $1';
    return tally((await stage.service.sql<{ action: string }>(text, [userId])).map(({ action }) => action));
  };

  const masked = (text: string) => text.replaceAll(/"(?:requestId|id|expiresAt)":"[^"]+"/g, '*');

  it('gives the assertion once, for its action and nonce', async () => {
    const user = await stage.user('once');
    const { id } = await challenges.open('once', { action: 'pay', nonce: NONCE, factorId: user.factorId });
    const right = await challenges.answer(id, stage.right(user), { instance: 1 });
    expect(right.json()).toEqual({ id, status: 'approved', factorId: user.factorId, assertion: expect.any(String) });
    expect(claimsIn(right)).toMatchObject({ sub: 'once', action: 'pay', nonce: NONCE, aud: stage.client.clientId });
    const look = await challenges.look(id);
    expect(look.json()).toEqual({ id, type: 'totp', status: 'approved', expiresAt: expect.any(String) });
    await stage.later(30 * SECOND);
    expect((await challenges.answer(id, stage.right(user))).status).toBe(422);
    expect(await stage.verdicts('once')).toEqual(['approved', 'challenge_over']);
    // An answer that could not count did not use up the code.
    expect((await stage.verify('once', stage.right(user))).status).toBe(200);
  });

  it('accepts a known browser whose user a stranger locked, and records both addresses', async () => {
    const user = await stage.user('browser');
    const remember = { code: stage.right(user), endUser: { rememberBrowser: true } };
    const { browserToken } = (await stage.post('/v1/users/browser/verify', remember)).json() as {
      browserToken: string;
    };
    await stage.later(30 * SECOND);
    for (const code of stage.wrong(user, 5)) await stage.verify('browser', code);
    const { id } = await challenges.open('browser', { endUser: { ip: '192.0.2.7' } });
    expect((await challenges.answer(id, stage.right(user))).status).toBe(422);
    const endUser = { ip: '192.0.2.8', browserToken };
    const right = await stage.post(`/v1/challenges/${id}/answer`, { code: stage.right(user), endUser });
    expect(right.json()).toMatchObject({ status: 'approved', browserToken: expect.stringMatching(/^btk_/) });
    const text =
      'SELECT end_user_address AS ip FROM audit_events WHERE user_id = $1 AND end_user_address IS NOT NULL ORDER BY tx';
    expect(await stage.service.sql(text, ['browser'])).toEqual([{ ip: '192.0.2.7' }, { ip: '192.0.2.8' }]);
  });

  it('refuses an answer with an action, nonce or factor of its own, and unknown fields of a challenge', async () => {
    const user = await stage.user('own-words');
    const { id } = await challenges.open('own-words');
    for (const field of [{ action: 'pay' }, { nonce: NONCE }, { factorId: user.factorId }]) {
      const answer = await stage.post(`/v1/challenges/${id}/answer`, { code: stage.right(user), ...field });
      expect(answer.status).toBe(400);
    }
    expect((await challenges.ask('own-words', { context: { amount: '1' } })).status).toBe(400);
    expect((await challenges.ask('own-words', { endUser: { browserToken: 'btk_x' } })).status).toBe(400);
    expect((await challenges.ask('own-words', { type: 'carrier_pigeon' })).status).toBe(400);
    expect(await checked('own-words')).toEqual([0]);
  });

  it('refuses the right code after five wrong ones; once unlocked, the user gets a new challenge', async () => {
    const user = await stage.user('five');
    const { id } = await challenges.open('five');
    for (const code of stage.wrong(user, 5)) expect((await challenges.answer(id, code)).status).toBe(422);
    expect(await challenges.statusOf(id)).toBe('denied');
    await stage.later(30 * SECOND);
    expect((await challenges.answer(id, stage.right(user))).status).toBe(422);
    expect(await stage.verdicts('five')).toEqual([...Array<string>(5).fill('wrong_code'), 'challenge_over']);
    const next = await challenges.open('five');
    expect((await challenges.answer(next.id, stage.right(user))).status).toBe(200);
    expect((await stage.guard('five'))?.consecutive_failures).toBe(0);
  });

  it('checks five of 100 parallel answers over two processes, and accepts at most one', async () => {
    for (let round = 0; round < 4; round += 1) {
      const user = await stage.user(`burst-${round}`);
      const { id } = await challenges.open(user.userId);
      const codes = stage.wrong(user, 50).flatMap((code) => [stage.right(user), code]);
      const burst = (round % 2 === 0 ? codes : codes.reverse()).map((code, instance) =>
        challenges.answer(id, code, { instance }),
      );
      const answers = statuses(await Promise.all(burst));
      const counted = (await stage.verdicts(user.userId)).filter((verdict) => verdict !== 'challenge_over');
      // Wrong codes until the right one, or five wrong codes: then the challenge is over.
      const approved = counted.filter((verdict) => verdict === 'approved').length;
      expect(counted).toEqual([
        ...Array<string>(counted.length - approved).fill('wrong_code'),
        ...Array<string>(approved).fill('approved'),
      ]);
      expect([approved <= 1, counted.length <= 5, approved === 1 || counted.length === 5]).toEqual([true, true, true]);
      expect(answers).toEqual({ ...(approved === 1 ? { 200: 1 } : {}), 422: 100 - approved });
      expect(await checked(user.userId)).toEqual([counted.length]);
      expect(await challenges.statusOf(id)).toBe(approved === 1 ? 'approved' : 'denied');
    }
  });

  it('gives 200 wrong codes in 200 parallel challenges no more tries than the user has', async () => {
    const user = await stage.user('many');
    const ids = await Promise.all(
      Array.from({ length: 200 }, async (_none, instance) => (await challenges.open('many', {}, { instance })).id),
    );
    const codes = stage.wrong(user, 200);
    const burst = ids.map((id, instance) => challenges.answer(id, codes[instance] ?? '', { instance }));
    expect(statuses(await Promise.all(burst))).toEqual({ 422: 200 });
    expect(tally(await stage.verdicts('many'))).toEqual({ wrong_code: 5, locked: 195 });
    expect(await stage.guard('many')).toMatchObject({ consecutive_failures: 5, recent: 5 });
    expect(await checked('many')).toEqual(Array(200).fill(1));
    expect(await actionsOf('many')).toMatchObject({ 'challenge.created': 200, 'verification.refused': 200 });
  });

  it('shares the count of failures with verify, and opening a challenge does not reset it', async () => {
    const user = await stage.user('shared');
    const codes = stage.wrong(user, 5);
    for (const code of codes.slice(0, 2)) await stage.verify('shared', code);
    for (const code of codes.slice(2)) {
      const { id } = await challenges.open('shared');
      await challenges.answer(id, code);
    }
    expect((await stage.verify('shared', stage.right(user))).status).toBe(422);
    const { id } = await challenges.open('shared');
    expect((await challenges.answer(id, stage.right(user))).status).toBe(422);
    expect((await stage.verdicts('shared')).slice(5)).toEqual(['locked', 'locked']);
  });

  it('expires five minutes after it was opened, to the millisecond', async () => {
    const user = await stage.user('late');
    const { id, expiresAt } = await challenges.open('late');
    expect(Date.parse(expiresAt)).toBe(stage.nowMs + CHALLENGE_ENDS_AFTER);
    await stage.later(CHALLENGE_ENDS_AFTER - 1);
    expect(await challenges.statusOf(id)).toBe('pending');
    await stage.later(1);
    expect(await challenges.statusOf(id)).toBe('expired');
    expect((await challenges.answer(id, stage.right(user))).status).toBe(422);
    expect(await stage.verdicts('late')).toEqual(['challenge_over']);
    expect(await checked('late')).toEqual([0]);
    await stage.later(2 * 60 * MINUTE);
    // Each opening sweeps challenges that expired over an hour ago.
    for (let swept = 0; (await checked('late')).length > 0 && swept < 50; swept += 1) await challenges.open('sweeper');
    expect((await challenges.look(id)).status).toBe(404);
  });

  it('survives the instance that opened it', async () => {
    const user = await stage.user('restart');
    await stage.service.addInstance();
    await stage.at(stage.nowMs);
    const { id } = await challenges.open('restart', {}, { instance: 2 });
    await stage.service.stopLast();
    expect((await challenges.answer(id, stage.right(user), { instance: 1 })).status).toBe(200);
  });

  describe('of another client', () => {
    let user: EnrolledUser;
    let thieves: string[];

    beforeAll(async () => {
      user = await stage.user('theirs');
      const sibling = await stage.service.client(stage.client.tenantId, 'verify');
      const foreign = await stage.service.tenant('verify');
      thieves = await Promise.all([sibling, foreign].map((thief) => tokenOf(stage.service.url, thief)));
    });

    it('is refused to another client or tenant with the bytes of an unknown challenge', async () => {
      const { id } = await challenges.open('theirs');
      for (const token of thieves) {
        const [theirs, none] = [await challenges.look(id, { token }), await challenges.look(UNKNOWN, { token })];
        expect([theirs.status, masked(theirs.text)]).toEqual([404, masked(none.text)]);
        const [stolen, guessed] = [
          await challenges.answer(id, stage.right(user), { token }),
          await challenges.answer(UNKNOWN, stage.right(user), { token }),
        ];
        expect([stolen.status, masked(stolen.text)]).toEqual([422, masked(guessed.text)]);
      }
      expect(await stage.verdicts('theirs')).toEqual([]);
      expect(await checked('theirs')).toEqual([0]);
      expect((await challenges.answer(id, stage.right(user))).status).toBe(200);
    });

    it("leaves an event of the client that tried, without the user's name", async () => {
      const { id } = await challenges.open('theirs');
      const [token = ''] = thieves;
      const { json } = await challenges.answer(id, '123456', { token });
      const { requestId } = json() as { requestId: string };
      const text = 'SELECT reason, user_id, target_id FROM audit_events WHERE request_id = $1';
      expect(await stage.service.sql(text, [requestId])).toEqual([
        { reason: 'challenge_over', user_id: null, target_id: null },
      ]);
    });
  });

  it('of another type refuses the right code of a factor, and does not count it', async () => {
    const owner = await ownerOf(stage, 'types');
    const totp = await challenges.open('types');
    const codes = await challenges.open('types', { type: 'recovery_codes' });
    expect((await challenges.answer(totp.id, owner.first)).status).toBe(422);
    expect((await challenges.answer(codes.id, stage.right(owner))).status).toBe(422);
    expect(await checked('types')).toEqual([0, 0]);
    const right = await challenges.answer(codes.id, owner.first);
    expect(right.json()).toMatchObject({ status: 'approved', factorId: owner.set.id });
  });

  it('of one factor refuses the code of another factor of the user', async () => {
    const owner = await ownerOf(stage, 'narrow');
    await stage.later(MINUTE);
    const { id } = await challenges.open('narrow', { factorId: owner.set.id });
    expect((await challenges.answer(id, stage.right(owner))).status).toBe(422);
    expect((await stage.verdicts('narrow')).at(-1)).toBe('not_enrolled');
  });

  it('of an unknown user looks and expires like a challenge of a known user', async () => {
    const known = await stage.user('known');
    const alike = (pair: Answer[]) => expect(new Set(pair.map(({ text }) => masked(text))).size).toBe(1);
    const first = await Promise.all(['known', 'stranger'].map((userId) => challenges.ask(userId, { action: 'login' })));
    expect(statuses(first)).toEqual({ 201: 2 });
    alike(first);
    const ids = first.map((answer) => (answer.json() as { id: string }).id);
    for (const code of stage.wrong(known, 5)) {
      alike(await Promise.all(ids.map((id) => challenges.answer(id, code))));
      alike(await Promise.all(ids.map((id) => challenges.look(id))));
    }
    expect(await challenges.statusOf(ids[1] ?? '')).toBe('denied');
    const late = await challenges.open('stranger');
    await stage.later(CHALLENGE_ENDS_AFTER);
    expect(await challenges.statusOf(late.id)).toBe('expired');
    expect(await actionsOf('stranger')).toEqual({ 'challenge.created': 2, 'verification.refused': 5 });
  });
});
