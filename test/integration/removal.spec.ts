// T-13. Removing a factor: who may do it, what stays, and how it races with a verification, a confirmation or a second
// removal. An enrolled user stays enrolled, so an attacker cannot enrol a new factor afterwards.
import type { Answer } from '../support/api.js';
import { tokenOf } from '../support/api.js';
import { SECOND, Stage, statuses, tally } from '../support/stage.js';

const ROUNDS = 8;

describe('removing a factor', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open(2);
  });
  afterAll(() => stage.stop());

  /** A fresh token: the clock moves on with every proof. */
  const writer = () => tokenOf(stage.service.url, stage.client, 'factors:write');

  async function removals(userId: string): Promise<number> {
    const text = "SELECT count(*)::int AS n FROM audit_events WHERE user_id = $1 AND action = 'factor.removed'";
    return (await stage.service.sql<{ n: number }>(text, [userId]))[0]?.n ?? -1;
  }

  it('removes a pending factor for the scope factors:write, and refuses its code afterwards', async () => {
    const pending = await stage.open('gave-up');
    expect((await stage.remove('gave-up', pending.id, { token: await writer() })).status).toBe(204);
    expect((await stage.confirm('gave-up', pending.id, stage.right(pending))).status).toBe(422);
    expect(await stage.factors('gave-up')).toMatchObject({ data: [], mfaRequired: false });
    expect(await removals('gave-up')).toBe(1);
  });

  it('refuses to remove an active factor without a step-up', async () => {
    const user = await stage.user('kept');
    const answer = await stage.remove('kept', user.factorId, { token: await writer() });
    expect([answer.status, answer.json().code]).toEqual([403, 'step_up_required']);
    expect(await removals('kept')).toBe(0);
    expect((await stage.verify('kept', stage.right(user))).status).toBe(200);
  });

  it('leaves mfaRequired true, and refuses to open a new factor without a proof', async () => {
    const user = await stage.user('removed');
    const assertion = await stage.proof(user, 'factors.remove');
    expect((await stage.remove('removed', user.factorId, { assertion })).status).toBe(204);
    expect(await stage.factors('removed')).toEqual({ data: [], mfaRequired: true, nextCursor: null });
    expect((await stage.verify('removed', stage.right(user))).status).toBe(422);
    const again = await stage.post('/v1/users/removed/factors/totp', {});
    expect([again.status, again.json().code]).toEqual([403, 'step_up_required']);
    expect((await stage.confirm('removed', user.factorId, stage.right(user))).status).toBe(422);
    expect((await stage.remove('removed', user.factorId)).status).toBe(404);
  });

  it('does not clear locks or failures of the user', async () => {
    const user = await stage.user('locked');
    const assertion = await stage.proof(user, 'factors.remove');
    for (const code of stage.wrong(user, 5)) await stage.verify('locked', code);
    const before = await stage.guard('locked');
    expect((await stage.remove('locked', user.factorId, { assertion })).status).toBe(204);
    expect(await stage.guard('locked')).toEqual(before);
  });

  it('accepts no code after the removal was answered', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const user = await stage.user(`raced-${round}`);
      const assertion = await stage.proof(user, 'factors.remove');
      const codes = Array<string>(12).fill(stage.right(user));
      const early = stage.burst(user.userId, codes.slice(0, round));
      const removed = await stage.remove(user.userId, user.factorId, { assertion });
      expect(removed.status).toBe(204);
      expect(statuses(await stage.burst(user.userId, codes))).toEqual({ 422: 12 });
      expect(statuses(await early)['200'] ?? 0).toBeLessThanOrEqual(1);
    }
  });

  it('refuses a verification that waited while the factor was removed', async () => {
    const user = await stage.user('waited');
    const assertion = await stage.proof(user, 'factors.remove');
    const held = await stage.hold('waited');
    const removal = stage.remove('waited', user.factorId, { assertion });
    await held.waiting(1);
    const late = stage.burst('waited', Array<string>(8).fill(stage.right(user)));
    await held.waiting(9);
    await held.release();
    expect([(await removal).status, statuses(await late)]).toEqual([204, { 422: 8 }]);
    // The factor was loaded as active, so this refusal is not a decoy's. The code counts as a replay, not as a wrong
    // code.
    expect(await stage.verdicts('waited')).toEqual(['approved', ...Array<string>(8).fill('replayed_code')]);
    expect(await stage.guard('waited')).toMatchObject({ consecutive_failures: 0, recent: 0 });
  });

  it('answers one of 20 parallel removals with 204, and writes one event', async () => {
    const user = await stage.user('often');
    const assertion = await stage.proof(user, 'factors.remove');
    const all = await Promise.all(
      Array.from({ length: 20 }, () => stage.remove('often', user.factorId, { assertion })),
    );
    const { 204: removed, 403: late = 0, 404: later = 0 } = statuses(all);
    expect([removed, late + later]).toEqual([1, 19]);
    expect(await removals('often')).toBe(1);
  });

  it('lets either the confirmation or the removal of a pending factor win, never both', async () => {
    const outcomes: string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const userId = `either-${round}`;
      const pending = await stage.open(userId);
      const token = await writer();
      const both: Promise<Answer>[] = [
        stage.confirm(userId, pending.id, stage.right(pending)),
        stage.remove(userId, pending.id, { token }),
      ];
      const outcome = (await Promise.all(both)).map(({ status }) => status).join(' ');
      outcomes.push(outcome);
      const isActive = outcome.startsWith('200');
      const { data, mfaRequired } = await stage.factors(userId);
      expect([data.length, mfaRequired, await removals(userId)]).toEqual(isActive ? [1, true, 0] : [0, false, 1]);
    }
    expect(Object.keys(tally(outcomes)).every((outcome) => ['200 403', '200 404', '422 204'].includes(outcome))).toBe(
      true,
    );
    expect(stage.nowMs % SECOND).toBe(0);
  });
});
