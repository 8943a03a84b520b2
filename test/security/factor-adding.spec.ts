// T-13. The attacker has a client's token, or controls the user's session, and wants to add a factor of their own. They
// open a second enrolment, use one that was opened earlier, or try to win a race. An enrolled user gets no new factor
// without step-up, and a pending factor proves nothing.
import { totpAt } from '../support/api.js';
import { MINUTE, SECOND, Stage, statuses, type Pending } from '../support/stage.js';

describe('adding a factor', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open(2);
  });
  afterAll(() => stage.stop());

  const open = (userId: string, instance = 0) => stage.post(`/v1/users/${userId}/factors/totp`, {}, instance);

  async function rows(userId: string, status: string): Promise<number> {
    const text = 'SELECT count(*)::int AS n FROM factors WHERE user_id = $1 AND status = $2';
    return (await stage.service.sql<{ n: number }>(text, [userId, status]))[0]?.n ?? -1;
  }

  it('refuses to open a second factor for an enrolled user', async () => {
    await stage.user('owner');
    const answer = await open('owner');
    expect([answer.status, answer.json().code]).toEqual([403, 'step_up_required']);
    expect(answer.text).not.toContain('secret');
    expect([await rows('owner', 'active'), await rows('owner', 'pending')]).toEqual([1, 0]);
  });

  it('refuses to activate a factor that was opened before the first activation', async () => {
    const early = await stage.open('early');
    const { data } = await stage.factors('early');
    expect(data.map(({ status }) => status)).toEqual(['pending']);
    const user = await stage.user('early');
    expect((await stage.confirm('early', early.id, stage.right(early))).status).toBe(422);
    await stage.later(30 * SECOND);
    expect((await stage.verify('early', stage.right(early))).status).toBe(422);
    expect(await rows('early', 'active')).toBe(1);
    expect((await stage.verify('early', stage.right(user))).status).toBe(200);
    expect(await stage.verdicts('early')).toEqual(['not_enrolled', 'wrong_code', 'approved']);
  });

  // Each of the next two guards would suffice alone; each is tested alone.
  it('keeps claims for the activated factor only', async () => {
    for (let opened = 0; opened < 3; opened += 1) await stage.open('claims');
    await stage.user('claims');
    const text = `SELECT ARRAY(SELECT jsonb_object_keys(claims)) AS claims, ARRAY(SELECT id::text FROM factors
                    WHERE factors.user_id = users.user_id) AS factors FROM users WHERE user_id = 'claims'`;
    const [row] = await stage.service.sql<{ claims: string[]; factors: string[] }>(text);
    expect(row?.claims).toHaveLength(1);
    expect(row?.factors).toEqual(row?.claims);
  });

  it('refuses to activate a pending factor of an enrolled user', async () => {
    const pending = await stage.open('enrolled');
    await stage.service.sql('UPDATE users SET enrolled_at = $1 WHERE user_id = $2', [
      new Date(stage.nowMs),
      'enrolled',
    ]);
    expect((await stage.confirm('enrolled', pending.id, stage.right(pending))).status).toBe(422);
    expect(await stage.verdicts('enrolled')).toEqual(['not_pending']);
    expect(await rows('enrolled', 'active')).toBe(0);
  });

  it('refuses a code of a pending factor at verify', async () => {
    const pending = await stage.open('unproven');
    expect((await stage.verify('unproven', stage.right(pending))).status).toBe(422);
    expect(await stage.verdicts('unproven')).toEqual(['not_enrolled']);
    expect((await stage.factors('unproven')).mfaRequired).toBe(false);
  });

  it('does not show a void factor as pending', async () => {
    await stage.open('shown');
    const user = await stage.user('shown');
    expect((await stage.factors('shown')).data.map(({ id }) => id)).toEqual([user.factorId]);
  });

  it('activates only one of many pending factors confirmed at the same instant over two processes', async () => {
    for (let round = 0; round < 4; round += 1) {
      const userId = `many-${round}`;
      const pendings: Pending[] = [];
      for (let opened = 0; opened < 5; opened += 1) pendings.push(await stage.open(userId, {}, opened));
      const confirm = (pending: Pending, index: number) =>
        stage.post(`/v1/users/${userId}/factors/${pending.id}/confirm`, { code: stage.right(pending) }, index);
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => pendings)
          .flat()
          .map(confirm),
      );
      expect(statuses(answers)).toEqual({ 200: 1, 422: 49 });
      expect(await rows(userId, 'active')).toBe(1);
      expect(await stage.guard(userId)).toMatchObject({ consecutive_failures: 0, recent: 0 });
    }
  });

  it('leaves one active factor after 50 racing opens and confirmations over two processes', async () => {
    const race = async (index: number) => {
      const opened = await open('race', index);
      if (opened.status !== 201) return opened;
      const { id, secret } = opened.json() as Pending;
      const path = `/v1/users/race/factors/${id}/confirm`;
      return stage.post(path, { code: stage.right({ secret }) }, index + 1);
    };
    const answers = await Promise.all(Array.from({ length: 50 }, (_none, index) => race(index)));
    const { 200: activated, 403: late = 0, 422: refused = 0 } = statuses(answers);
    expect([activated, late + refused]).toEqual([1, 49]);
    expect(await rows('race', 'active')).toBe(1);
    expect(await open('race')).toMatchObject({ status: 403 });
  });

  it('keeps the newest five pending factors of a user', async () => {
    const opened: string[] = [];
    for (let index = 0; index < 12; index += 1) opened.push((await stage.open('collector')).id);
    expect((await stage.factors('collector')).data.map(({ id }) => id)).toEqual(opened.slice(-5));
    expect(await rows('collector', 'pending')).toBe(5);
  });

  it('keeps at most five of 20 pending factors opened at the same instant, from the next open on', async () => {
    await stage.open('burst');
    const held = await stage.hold('burst');
    // Each instance lets only one change of a user wait for the row.
    const opened = Promise.all(Array.from({ length: 20 }, (_none, index) => open('burst', index)));
    await held.waiting(2);
    await held.release();
    expect(statuses(await opened)).toEqual({ 201: 20 });
    await stage.open('burst');
    expect(await rows('burst', 'pending')).toBe(5);
  });

  it('expires a pending factor ten minutes after it was opened, to the millisecond', async () => {
    const [inTime, late] = [await stage.open('in-time'), await stage.open('late')];
    await stage.later(10 * MINUTE - 1);
    expect((await stage.confirm('in-time', inTime.id, stage.right(inTime))).status).toBe(200);
    await stage.later(1);
    expect((await stage.confirm('late', late.id, stage.right(late))).status).toBe(422);
    expect(await stage.verdicts('late')).toEqual(['not_enrolled']);
    expect((await stage.factors('late')).data).toEqual([]);
    expect((await stage.factors('late')).mfaRequired).toBe(false);
  });

  it('refuses a second confirmation, and a confirmation for another user', async () => {
    const pending = await stage.open('twice');
    expect((await stage.confirm('thief', pending.id, stage.right(pending))).status).toBe(422);
    expect((await stage.confirm('twice', pending.id, stage.right(pending))).status).toBe(200);
    expect((await stage.confirm('twice', pending.id, totpAt(pending.secret, stage.nowMs))).status).toBe(422);
    await stage.later(30 * SECOND);
    expect((await stage.confirm('twice', pending.id, stage.right(pending))).status).toBe(422);
    expect(await stage.guard('thief')).toBeUndefined();
  });

  it('refuses the right code of a confirmation while the user is locked', async () => {
    const pending = await stage.open('locked');
    for (const code of stage.wrong(pending, 5)) await stage.confirm('locked', pending.id, code);
    expect((await stage.confirm('locked', pending.id, stage.right(pending))).status).toBe(422);
    await stage.later(30 * SECOND);
    expect((await stage.confirm('locked', pending.id, stage.right(pending))).status).toBe(200);
    expect(await stage.verdicts('locked')).toEqual([...Array<string>(5).fill('wrong_code'), 'locked']);
  });
});
