import { ACCEPTED, levelOf, limitFor, type DayCount, type History } from './harvest.policy.js';

const TODAY = 20_000;
const on = (day: number, counts: Partial<DayCount> = {}): DayCount => ({
  day,
  open: 0,
  proven: 0,
  unproven: 0,
  alertLevel: 0,
  ...counts,
});
/** Five equal weeks, without today. */
const weeks = (counts: Partial<DayCount>) => Array.from({ length: 35 }, (_none, back) => on(TODAY - 1 - back, counts));
const history = (counts: readonly DayCount[], isEnrolled = true): History => ({
  isEnrolled,
  counts,
  activeDays: counts.map(({ day }) => day),
});
const level = (past: readonly DayCount[], today: Partial<DayCount>, reference = past) =>
  levelOf(TODAY, history([...past, on(TODAY, today)]), history(reference));

describe('a day of queries', () => {
  it('raises no alert up to the limit of its past, and one above', () => {
    // 1.25 · 80 = 100, and five times its root, and ten.
    const past = weeks({ proven: 920, unproven: 80 });
    expect(level(past, { unproven: 160 })).toBe('quiet');
    expect(level(past, { unproven: 161 })).toBe('alert');
    expect(level(past, { unproven: 321 })).toBe('sure');
  });

  it('raises an alert at twice the limit, before a proof can have come', () => {
    const past = weeks({ proven: 920, unproven: 80 });
    expect(level(past, { open: 320 })).toBe('quiet');
    expect(level(past, { open: 321 })).toBe('sure');
  });

  it('may have 26 users without a proof, if the past has none', () => {
    expect([26, 27].map((unproven) => level(weeks({ proven: 10 }), { unproven }))).toEqual(['quiet', 'alert']);
  });

  it('may be twice as busy with twice as many proofs, and no more', () => {
    const past = weeks({ proven: 100, unproven: 80 });
    expect(level(past, { proven: 200, unproven: 280 })).toBe('quiet');
    expect(level(past, { proven: 200, unproven: 282 })).toBe('alert');
    // More own users raise the limit no further.
    expect(level(past, { proven: 100_000, unproven: 282 })).toBe('alert');
  });

  it('is compared with the tenant, if the client is new', () => {
    expect(level([], { unproven: 160 }, weeks({ proven: 920, unproven: 80 }))).toBe('quiet');
    expect(level([], { unproven: 161 }, weeks({ proven: 920, unproven: 80 }))).toBe('alert');
  });

  it('of a new tenant and client may have nine users without a proof for each with one, and at least 280', () => {
    expect([280, 281, 10_000].map((unproven) => level([], { unproven }))).toEqual(['quiet', 'alert', 'alert']);
    expect([9_460, 9_500].map((unproven) => level([], { proven: 1_000, unproven }))).toEqual(['quiet', 'alert']);
  });

  it('of users who are not enrolled raises no alert in a new tenant, and none below 95 in one with a past', () => {
    const unknown = (past: readonly DayCount[], unproven: number) => {
      const own = history([...past, on(TODAY, { unproven })], false);
      return levelOf(TODAY, own, own);
    };
    expect(unknown([], 1_000_000)).toBe('quiet');
    expect([95, 96].map((unproven) => unknown(weeks({}), unproven))).toEqual(['quiet', 'alert']);
  });
});

describe('a past', () => {
  it('does not include the last week', () => {
    const past = weeks({ unproven: 10 }).map((count) => (count.day > TODAY - 8 ? { ...count, unproven: 20 } : count));
    expect(limitFor(TODAY, 1, { own: history(past), known: history(past) })).toBe(
      limitFor(TODAY, 1, { own: history(past), known: history(weeks({ unproven: 10 })) }),
    );
  });

  it('does not include a day with an alert, unless an operator accepts it', () => {
    const withBusy = (alertLevel: number) =>
      weeks({ unproven: 10 }).map((count) =>
        count.day === TODAY - 9 ? { ...count, unproven: 500, alertLevel } : count,
      );
    const busyDay = (alertLevel: number) => level(withBusy(alertLevel), { unproven: 50 });
    expect([0, 1, 2, ACCEPTED].map(busyDay)).toEqual(['quiet', 'alert', 'alert', 'quiet']);
  });

  it('with alerts on every day still exists: ignored alerts do not make a client new', () => {
    expect(level(weeks({ unproven: 500, alertLevel: 1 }), { unproven: 27 })).toBe('alert');
  });

  it('raises an alert for a week, although no single day does', () => {
    const past = weeks({ proven: 920, unproven: 80 });
    const slow = past.map((count) => (count.day > TODAY - 7 ? { ...count, unproven: 110 } : count));
    expect(level(past, { unproven: 110 })).toBe('quiet');
    expect(level(slow, { unproven: 110 })).toBe('alert');
  });
});
