// T-26, T-15, T-04, T-24. The attacker guesses recovery codes, and compares every refusal. Or they lock the owner's
// one-time codes, hoping that the owner has no other way to sign in. Or they flood the service with tries that are
// expensive to hash.
import { call, tokenOf, totpAt } from '../support/api.js';
import { ownerOf, wrongSecret, wrongSelector } from '../support/recovery.js';
import { DAY, MINUTE, SECOND, Stage, statuses, tally } from '../support/stage.js';
import { masked, Wire } from '../support/wire.js';

interface Budgets {
  readonly consecutive_failures: number;
  readonly locked_until: Date | null;
  readonly recovery_consecutive_failures: number;
  readonly recovery_locked_until: Date | null;
}

describe('guesses of recovery codes', () => {
  let stage: Stage;
  let number = 0;

  beforeAll(async () => {
    stage = await Stage.open(2);
  });
  afterAll(() => stage.stop());

  const owner = () => ownerOf(stage, `owner-${(number += 1)}`);

  async function budgets(userId: string): Promise<Budgets> {
    const text = `SELECT consecutive_failures, locked_until, recovery_consecutive_failures, recovery_locked_until FROM users WHERE user_id = $1`;
    return (await stage.service.sql<Budgets>(text, [userId]))[0] as Budgets;
  }

  describe('have a budget of their own that', () => {
    it('locks recovery codes after wrong ones, with a right or wrong selector, and not the authenticator', async () => {
      const user = await owner();
      const tries = [wrongSecret(user.first), wrongSelector(user.set)];
      const wrong = Array.from({ length: 8 }, (_none, index) => tries[index % 2] ?? '');
      expect(statuses(await stage.burst(user.userId, wrong))).toEqual({ 422: 8 });
      expect(tally(await stage.verdicts(user.userId))).toMatchObject({ wrong_code: 5, locked: 3 });
      expect(await budgets(user.userId)).toMatchObject({
        consecutive_failures: 0,
        locked_until: null,
        recovery_consecutive_failures: 5,
        recovery_locked_until: new Date(stage.nowMs + 30 * SECOND),
      });
      expect((await stage.verify(user.userId, user.first)).status).toBe(422);
      const code = totpAt(user.secret, stage.nowMs + 30_000);
      await stage.later(29 * SECOND);
      expect((await stage.verify(user.userId, code)).status).toBe(200);
      expect(await budgets(user.userId)).toMatchObject({ recovery_consecutive_failures: 5 });
      await stage.later(SECOND);
      expect((await stage.verify(user.userId, user.first)).status).toBe(200);
      expect(await budgets(user.userId)).toMatchObject({
        recovery_consecutive_failures: 0,
        recovery_locked_until: null,
      });
    });

    it('accepts the owner while a stranger has locked the one-time codes, and keeps that lock', async () => {
      const user = await owner();
      await stage.burst(user.userId, stage.wrong(user, 9));
      const locked = await budgets(user.userId);
      expect(locked.locked_until?.getTime()).toBe(stage.nowMs + 30 * SECOND);
      expect((await stage.verify(user.userId, user.first)).status).toBe(200);
      expect(await budgets(user.userId)).toEqual(locked);
      await stage.stopCodes(user.userId);
      expect((await stage.verify(user.userId, user.set.codes[1] ?? '')).status).toBe(200);
    });

    it('stops at the hundredth wrong one in 30 days, until the first is 30 days old, in spite of unlocks', async () => {
      const user = await owner();
      const failures = Array.from({ length: 99 }, (_none, index) => new Date(stage.nowMs - (100 - index) * MINUTE));
      const text = 'UPDATE users SET recovery_recent_failures = $2 WHERE user_id = $1';
      await stage.service.sql(text, [user.userId, failures]);
      expect((await stage.verify(user.userId, wrongSecret(user.first))).status).toBe(422);
      expect((await stage.verify(user.userId, user.first)).status).toBe(422);
      const unlock = { method: 'POST', path: `/v1/users/${user.userId}/unlock`, token: stage.token };
      expect((await call(stage.service.url, unlock)).status).toBe(204);
      expect((await stage.verify(user.userId, user.first)).status).toBe(422);
      await stage.at((failures[0]?.getTime() ?? 0) + 30 * DAY - 1);
      expect((await stage.verify(user.userId, user.first)).status).toBe(422);
      await stage.later(1);
      expect((await stage.verify(user.userId, user.first)).status).toBe(200);
    });
  });

  it('are refused with the same bytes, headers and writes for every fault', async () => {
    const user = await owner();
    const plain = await stage.user('without-codes');
    const neighbour = await owner();
    await stage.verify(neighbour.userId, neighbour.first);
    const wire = await Wire.open(stage.service.url);
    const ask = (userId: string, code: string, token = stage.token) =>
      wire.send({ path: `/v1/users/${userId}/verify`, token, body: { code } });
    const foreign = await tokenOf(stage.service.url, await stage.service.tenant());
    const asked: Record<string, () => Promise<string>> = {
      wrong: () => ask(user.userId, wrongSecret(user.first)),
      'wrong selector': () => ask(user.userId, wrongSelector(user.set)),
      used: () => ask(neighbour.userId, neighbour.first),
      "another user's": () => ask(user.userId, neighbour.set.codes[1] ?? ''),
      'user without codes': () => ask(plain.userId, user.first),
      unknown: () => ask('unknown', user.first),
      "another tenant's": () => ask(user.userId, user.first, foreign),
      'wrong one-time code': () => ask(plain.userId, stage.wrong(plain)[0] ?? ''),
    };
    const written = async () =>
      (
        await stage.service.sql<{ rows: string[]; events: number }>(
          `SELECT array(SELECT concat_ws(' ', ctid, xmin) FROM users) AS rows, count(*)::int AS events FROM audit_events`,
        )
      )[0] ?? { rows: [], events: 0 };
    const answers = new Set<string>();
    for (const [name, send] of Object.entries(asked)) {
      const before = await written();
      answers.add(masked(await send()));
      const after = await written();
      const fresh = after.rows.filter((row) => !before.rows.includes(row)).length;
      expect([name, fresh, after.events - before.events]).toEqual([name, 1, 1]);
    }
    wire.close();
    expect([...answers]).toHaveLength(1);
    expect([...answers][0]).toContain('verification_refused');
    // These tries did not use the code up; the try of the other tenant did not either.
    expect((await stage.verify(user.userId, user.first)).status).toBe(200);
  });

  // T-24. 250 in parallel are more than may wait on any machine: 16 for each core but one, on two instances.
  it('beyond the queue are refused with 503 and not counted, and one-time codes still work', async () => {
    const user = await owner();
    await stage.later(MINUTE);
    const flood = stage.burst('flooded', Array<string>(250).fill(user.first));
    const answer = await stage.verify(user.userId, stage.right(user));
    expect(answer.status).toBe(200);
    const { 422: judged = 0, 503: refused = 0, ...others } = statuses(await flood);
    expect([others, judged > 0, refused > 0]).toEqual([{}, true, true]);
    expect(await stage.verdicts('flooded')).toHaveLength(judged);
    expect((await stage.verify(user.userId, user.first)).status).toBe(200);
  });
});
