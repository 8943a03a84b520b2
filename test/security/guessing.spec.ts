// T-02. The attacker has the first factor and guesses the second. They send a few codes an hour for weeks, or as many
// as the lock allows, and know the limits exactly. The spec measures time to the millisecond, on a clock that stands
// still.
import type { EnrolledUser } from '../support/api.js';
import { DAY, MINUTE, SECOND, Stage } from '../support/stage.js';

const LADDER = [30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600];

describe('guessing codes', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open();
  });
  afterAll(() => stage.stop());

  /** Verifies a code and returns the verdict of the audit log. */
  async function verdictOf(user: EnrolledUser, code: string): Promise<string> {
    const { status } = await stage.verify(user.userId, code);
    const verdict = (await stage.verdicts(user.userId)).at(-1) ?? 'nothing';
    expect(status).toBe(verdict === 'approved' ? 200 : 422);
    return verdict;
  }

  async function guess(user: EnrolledUser, times: number): Promise<string[]> {
    const verdicts: string[] = [];
    for (const code of stage.wrong(user, times)) verdicts.push(await verdictOf(user, code));
    return verdicts;
  }

  const rightVerdict = (user: EnrolledUser) => verdictOf(user, stage.right(user));

  it('locks for 30 s after the fifth wrong code, doubling up to an hour, to the millisecond', async () => {
    const user = await stage.user('ladder');
    expect(await guess(user, 4)).toEqual(Array(4).fill('wrong_code'));
    expect((await stage.guard('ladder'))?.locked_until).toBeNull();
    for (const seconds of LADDER) {
      expect(await guess(user, 1)).toEqual(['wrong_code']);
      const end = stage.nowMs + seconds * SECOND;
      expect((await stage.guard('ladder'))?.locked_until?.getTime()).toBe(end);
      await stage.at(end - 1);
      // While locked, codes are not checked, do not count, and do not extend the lock.
      expect([await rightVerdict(user), ...(await guess(user, 2))]).toEqual(['locked', 'locked', 'locked']);
      expect((await stage.guard('ladder'))?.locked_until?.getTime()).toBe(end);
      await stage.at(end);
    }
    expect(await stage.guard('ladder')).toMatchObject({ consecutive_failures: 13, recent: 13 });
    expect(await rightVerdict(user)).toBe('approved');
  });

  it('allows one try after a lock ends, and locks again after a wrong code', async () => {
    const user = await stage.user('one-try');
    await guess(user, 5);
    await stage.later(30 * SECOND);
    expect(await guess(user, 3)).toEqual(['wrong_code', 'locked', 'locked']);
  });

  it('clears the consecutive failures after a success, and no other count', async () => {
    const user = await stage.user('cleared');
    await guess(user, 4);
    expect(await rightVerdict(user)).toBe('approved');
    expect(await stage.guard('cleared')).toMatchObject({ consecutive_failures: 0, recent: 4, locked_until: null });
    await stage.later(30 * SECOND);
    expect(await guess(user, 6)).toEqual([...Array<string>(5).fill('wrong_code'), 'locked']);
    await stage.later(30 * SECOND);
    expect(await rightVerdict(user)).toBe('approved');
    expect(await stage.guard('cleared')).toMatchObject({ consecutive_failures: 0, recent: 9, locked_until: null });
  });

  it('refuses a right code that was used, and never counts it', async () => {
    const user = await stage.user('replayer');
    expect(await rightVerdict(user)).toBe('approved');
    for (let again = 0; again < 8; again += 1) expect(await rightVerdict(user)).toBe('replayed_code');
    expect(await stage.guard('replayer')).toMatchObject({ consecutive_failures: 0, recent: 0, locked_until: null });
  });

  it('refuses a replayed code while locked, and keeps the lock', async () => {
    const user = await stage.user('replay-locked');
    expect(await rightVerdict(user)).toBe('approved');
    await guess(user, 5);
    expect(await rightVerdict(user)).toBe('locked');
    expect(await stage.guard('replay-locked')).toMatchObject({ consecutive_failures: 5, recent: 5 });
  });

  /** `count` wrong codes, an hour and a second apart, so that no lock hides one. The clock stays at the last. */
  async function guessSlowly(user: EnrolledUser, count: number): Promise<void> {
    for (let done = 0; done < count; done += 1) {
      if (done > 0) await stage.later(60 * MINUTE + SECOND);
      expect((await stage.verify(user.userId, stage.wrong(user)[0] ?? '')).status).toBe(422);
    }
  }

  it('stops all codes after the 100th wrong one in 30 days, until the first is 30 days old', async () => {
    const user = await stage.user('stopped');
    const first = stage.nowMs;
    await guessSlowly(user, 99);
    expect(await stage.guard('stopped')).toMatchObject({ recent: 99 });
    await stage.later(60 * MINUTE);
    expect(await guess(user, 2)).toEqual(['wrong_code', 'codes_stopped']);
    for (const at of [stage.nowMs + 60 * MINUTE, first + 30 * DAY - 1]) {
      await stage.at(at);
      expect(await rightVerdict(user)).toBe('codes_stopped');
    }
    expect(await stage.guard('stopped')).toMatchObject({ recent: 100, consecutive_failures: 100 });
    // One failure has left the window: one more code is checked, and codes stop again until the next one leaves.
    await stage.at(first + 30 * DAY);
    expect(await guess(user, 2)).toEqual(['wrong_code', 'codes_stopped']);
    await stage.later(60 * MINUTE + SECOND);
    expect(await rightVerdict(user)).toBe('approved');
  });

  it('does not refund the 99 wrong codes before a success', async () => {
    const user = await stage.user('no-refund');
    await guessSlowly(user, 99);
    await stage.later(60 * MINUTE);
    expect(await rightVerdict(user)).toBe('approved');
    await stage.later(MINUTE);
    expect(await guess(user, 1)).toEqual(['wrong_code']);
    expect(await rightVerdict(user)).toBe('codes_stopped');
  });

  it.each([
    { edge: -1, passed: '1 ms less than 30 days have', verdict: 'codes_stopped' },
    { edge: 0, passed: '30 days have', verdict: 'locked' },
    { edge: 1, passed: '30 days and 1 ms have', verdict: 'locked' },
  ])('answers $verdict when $passed passed between the 1st and the 100th wrong code', async (row) => {
    const user = await stage.user(`window-${row.edge}`);
    const first = stage.nowMs;
    await guessSlowly(user, 99);
    await stage.at(first + 30 * DAY + row.edge);
    expect(await guess(user, 1)).toEqual(['wrong_code']);
    expect(await rightVerdict(user)).toBe(row.verdict);
    await stage.later(60 * MINUTE);
    expect(await rightVerdict(user)).toBe('approved');
  });

  it('slides the window: the 101st wrong code is measured from the second', async () => {
    const user = await stage.user('sliding');
    const first = stage.nowMs;
    const second = first + 60 * MINUTE + SECOND;
    await guessSlowly(user, 99);
    await stage.at(first + 30 * DAY);
    expect(await guess(user, 1)).toEqual(['wrong_code']);
    await stage.at(second + 30 * DAY - 1);
    expect(await guess(user, 2)).toEqual(['wrong_code', 'codes_stopped']);
  });
});
