// R-02, T-03. The attacker sends many guesses at the same instant over several instances, so that all are checked
// before the first failure is counted. A trigger of this spec numbers the verdicts while the user's row is locked. The
// spec replays them against the limit, one by one.
import type { EnrolledUser } from '../support/api.js';
import { MINUTE, SECOND, Stage, statuses, tally } from '../support/stage.js';

const ROUNDS = 6;
const LIMIT = 5;

const NUMBERED = `
  CREATE TABLE judged (number bigserial, user_id text, verdict text);
  CREATE FUNCTION number_judgement() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
  BEGIN
    INSERT INTO judged (user_id, verdict) VALUES (new.user_id, coalesce(new.reason, 'approved'));
    RETURN new;
  END $$;
  CREATE TRIGGER number_judgement AFTER INSERT ON audit_events FOR EACH ROW
    WHEN (new.action IN ('verification.approved', 'verification.refused', 'factor.confirmation_refused'))
    EXECUTE FUNCTION number_judgement()`;

describe('parallel guesses', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open(2);
    await stage.service.sql(NUMBERED);
  });
  afterAll(() => stage.stop());

  async function judged(userId: string): Promise<string[]> {
    const text = 'SELECT verdict FROM judged WHERE user_id = $1 ORDER BY number';
    return (await stage.service.sql<{ verdict: string }>(text, [userId])).map(({ verdict }) => verdict);
  }

  /** The counts that the row must hold after these verdicts. Throws if a verdict breaks the limit. */
  function replay(verdicts: readonly string[]): { failures: number; wrong: number } {
    let failures = 0;
    let wrong = 0;
    for (const [index, verdict] of verdicts.entries()) {
      if (failures >= LIMIT !== (verdict === 'locked'))
        throw new Error(`${index}: ${verdict} after ${failures} failures`);
      if (verdict === 'wrong_code') [failures, wrong] = [failures + 1, wrong + 1];
      if (verdict === 'approved') failures = 0;
    }
    return { failures, wrong };
  }

  async function expectLawful(user: { userId: string }, tries: number): Promise<Record<string, number>> {
    const verdicts = await judged(user.userId);
    expect(verdicts).toHaveLength(tries);
    const { failures, wrong } = replay(verdicts);
    expect(await stage.guard(user.userId)).toMatchObject({ consecutive_failures: failures, recent: wrong });
    return tally(verdicts);
  }

  it('checks five of 100 parallel wrong codes over two processes', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const user = await stage.user(`wrong-${round}`);
      expect(statuses(await stage.burst(user.userId, stage.wrong(user, 100)))).toEqual({ 422: 100 });
      expect(await expectLawful(user, 100)).toEqual({ wrong_code: 5, locked: 95 });
      expect((await stage.guard(user.userId))?.locked_until?.getTime()).toBe(stage.nowMs + 30 * SECOND);
    }
  });

  it('gives the right code among 100 no better chance than a place among the first five', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const user = await stage.user(`among-${round}`);
      const codes = stage.wrong(user, 99);
      codes.splice(Math.floor((round * 99) / (ROUNDS - 1)), 0, stage.right(user));
      const answers = await stage.burst(user.userId, codes);
      const { approved = 0, ...rest } = await expectLawful(user, 100);
      expect(statuses(answers)).toEqual({ ...(approved > 0 ? { 200: 1 } : {}), 422: 100 - approved });
      expect(rest['wrong_code']).toBe(approved > 0 ? LIMIT + (await judgedBefore(user)) : LIMIT);
    }
  });

  /** Wrong codes that were checked before the right one. */
  async function judgedBefore(user: EnrolledUser): Promise<number> {
    const place = (await judged(user.userId)).indexOf('approved');
    expect(place).toBeLessThan(LIMIT);
    return place;
  }

  it('refuses right codes that were already waiting at the fifth wrong one', async () => {
    const user = await stage.user('behind');
    const codes = stage.wrong(user, 5);
    for (const code of codes.slice(1)) await stage.verify(user.userId, code);
    const held = await stage.hold(user.userId);
    const fifth = stage.verify(user.userId, codes[0] ?? '');
    await held.waiting(1);
    const right = stage.burst(user.userId, Array<string>(8).fill(stage.right(user)));
    await held.waiting(9);
    await held.release();
    expect(statuses([await fifth, ...(await right)])).toEqual({ 422: 9 });
    expect(await expectLawful(user, 13)).toEqual({ wrong_code: 5, locked: 8 });
  });

  it('checks one of 50 parallel wrong codes after a lock has ended', async () => {
    const user = await stage.user('expired-lock');
    await stage.burst(user.userId, stage.wrong(user, 5));
    await stage.later(30 * SECOND);
    await stage.burst(user.userId, stage.wrong(user, 50));
    const verdicts = await judged(user.userId);
    expect(verdicts.slice(5)).toEqual(['wrong_code', ...Array<string>(49).fill('locked')]);
    expect(await stage.guard(user.userId)).toMatchObject({ consecutive_failures: 6, recent: 6 });
    expect((await stage.guard(user.userId))?.locked_until?.getTime()).toBe(stage.nowMs + MINUTE);
  });

  it('checks one of 50 parallel codes, right and wrong mixed, after a lock has ended', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const user = await stage.user(`mixed-${round}`);
      await stage.burst(user.userId, stage.wrong(user, 5));
      await stage.later(30 * SECOND);
      const codes = stage.wrong(user, 25).flatMap((code) => [stage.right(user), code]);
      await stage.burst(user.userId, round % 2 === 0 ? codes : codes.reverse());
      const [first, ...others] = (await judged(user.userId)).slice(5);
      // A right code clears the lock: then five wrong ones may follow, and the same code again is a replay.
      if (first === 'approved') expect(tally(others)['wrong_code']).toBeLessThanOrEqual(LIMIT);
      else expect([first, ...new Set(others)]).toEqual(['wrong_code', 'locked']);
      expect(tally([first ?? '', ...others])['approved'] ?? 0).toBeLessThanOrEqual(1);
    }
  });

  it('counts wrong codes over all pending factors of a user together', async () => {
    const pendings = [await stage.open('several'), await stage.open('several'), await stage.open('several')];
    const [first = { id: '', secret: '' }] = pendings;
    const confirm = ({ id }: { id: string }, code: string, index = 0) =>
      stage.post(`/v1/users/several/factors/${id}/confirm`, { code }, index);
    const codes = stage.wrong(first, 60);
    const burst = codes.map((code, index) => confirm(pendings[index % 3] ?? first, code, index));
    expect(statuses(await Promise.all(burst))).toEqual({ 422: 60 });
    expect((await confirm(first, stage.right(first))).status).toBe(422);
    expect(await expectLawful({ userId: 'several' }, 61)).toEqual({ wrong_code: 5, locked: 56 });
  });
});
