// T-02. The attacker has the first factor and guesses the second: a few codes an hour for weeks, or as many as the lock
// lets through, minding the clock. They know the limits and stay just beyond them. Time is measured here to the
// millisecond, on a clock that stands still.
import type { EnrolledUser } from '../support/api.js';
import { DAY, MINUTE, SECOND, Stage } from '../support/stage.js';

const LADDER = [30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600];

describe('guessing codes', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open();
  });
  afterAll(() => stage.stop());

  /** Verifies and answers what the audit log says of it. */
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

  it('locks for 30 s from the fifth wrong code on, doubling up to an hour, to the millisecond', async () => {
    const user = await stage.user('ladder');
    expect(await guess(user, 4)).toEqual(Array(4).fill('wrong_code'));
    expect((await stage.guard('ladder'))?.locked_until).toBeNull();
    for (const seconds of LADDER) {
      expect(await guess(user, 1)).toEqual(['wrong_code']);
      const end = stage.nowMs + seconds * SECOND;
      expect((await stage.guard('ladder'))?.locked_until?.getTime()).toBe(end);
      await stage.at(end - 1);
      // Right or wrong, what comes while locked is not judged, does not count and does not make the lock longer.
      expect([await rightVerdict(user), ...(await guess(user, 2))]).toEqual(['locked', 'locked', 'locked']);
      expect((await stage.guard('ladder'))?.locked_until?.getTime()).toBe(end);
      await stage.at(end);
    }
    expect(await stage.guard('ladder')).toMatchObject({ consecutive_failures: 13, recent: 13 });
    expect(await rightVerdict(user)).toBe('approved');
  });

  it('lets one try through when a lock ends, and locks again at once', async () => {
    const user = await stage.user('one-try');
    await guess(user, 5);
    await stage.later(30 * SECOND);
    expect(await guess(user, 3)).toEqual(['wrong_code', 'locked', 'locked']);
  });

  it('clears the row of failures by a success, and only the row', async () => {
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

  it('refuses a right code that was used without counting it, however often', async () => {
    const user = await stage.user('replayer');
    expect(await rightVerdict(user)).toBe('approved');
    for (let again = 0; again < 8; again += 1) expect(await rightVerdict(user)).toBe('replayed_code');
    expect(await stage.guard('replayer')).toMatchObject({ consecutive_failures: 0, recent: 0, locked_until: null });
  });

  it('refuses a replayed code while locked like any other, and does not let it clear the lock', async () => {
    const user = await stage.user('replay-locked');
    expect(await rightVerdict(user)).toBe('approved');
    await guess(user, 5);
    expect(await rightVerdict(user)).toBe('locked');
    expect(await stage.guard('replay-locked')).toMatchObject({ consecutive_failures: 5, recent: 5 });
  });

  /** `count` wrong codes, an hour and a second apart, so that no lock swallows one. The clock rests on the last. */
  async function guessSlowly(user: EnrolledUser, count: number): Promise<void> {
    for (let done = 0; done < count; done += 1) {
      if (done > 0) await stage.later(60 * MINUTE + SECOND);
      expect((await stage.verify(user.userId, stage.wrong(user)[0] ?? '')).status).toBe(422);
    }
  }

  it('stops codes with the 100th wrong one within 30 days, right ones too, until the first is 30 days old', async () => {
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
    // One is older than the window: one more is judged, and codes stop again until the next is.
    await stage.at(first + 30 * DAY);
    expect(await guess(user, 2)).toEqual(['wrong_code', 'codes_stopped']);
    await stage.later(60 * MINUTE + SECOND);
    expect(await rightVerdict(user)).toBe('approved');
  });

  it('does not refund the 99 before a success', async () => {
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
  ])('answers $verdict at once when $passed passed between the 1st and the 100th wrong one', async (row) => {
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
