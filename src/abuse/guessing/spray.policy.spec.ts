// T-42. A year of honest traffic, hour by hour, for tenants of four sizes: people mistype, and some give up. How many
// false alarms? And how soon is spraying detected beside it?
import { isSprayedDay, isSprayedHour, learned, refusedDaysOf, type Refusals } from './spray.policy.js';

const SEED = 20_240_627;
const YEARS = Number(process.env['SPRAY_YEARS'] ?? 2);
/** The hours of lab/timeline/honest.ts. */
const RHYTHM = [1, 1, 1, 1, 1, 1, 2, 4, 6, 8, 9, 9, 8, 8, 8, 8, 8, 8, 7, 7, 6, 4, 3, 2];
const WHOLE = RHYTHM.reduce((sum, share) => sum + share, 0);
const WEEK = [1.15, 1.1, 1.05, 1.05, 1, 0.7, 0.6];
/** Sign-ins with a refused code whose person gave up, or came back after half an hour. */
const GIVEN_UP = 0.01;

/** Uniform numbers below one (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
const random = seeded(SEED);
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
/** Approximately Poisson, with hours that differ by a quarter. */
const drawn = (mean: number) => {
  const busy = mean * Math.max(0.1, 1 + normal() / 4);
  return Math.max(0, Math.round(busy + Math.sqrt(busy) * normal()));
};

interface Month {
  readonly days: number;
  readonly signInsADay: number;
  /** Victims of each hour, from the given day on. */
  readonly victimsAnHour?: (day: number) => number;
}

/** What happens in one hour. */
function hourOf(signInsADay: number, day: number, hour: number): Refusals {
  const expected = (signInsADay * (WEEK[day % 7] ?? 1) * (RHYTHM[hour] ?? 0)) / WHOLE;
  return { unresolved: drawn(expected * GIVEN_UP), approved: drawn(expected) };
}

/** The hours and days with an alert, counted from the second day. */
function alarms({ days, signInsADay, victimsAnHour = () => 0 }: Month): { day: number; hours: number[] } {
  let mean: number | null = null;
  const hours: number[] = [];
  let toldDays = 0;
  for (let day = 0; day < days; day += 1) {
    const seen = RHYTHM.map((_share, hour) => hourOf(signInsADay, day, hour)).map(({ unresolved, approved }) => ({
      unresolved: unresolved + victimsAnHour(day),
      approved,
    }));
    const whole = seen.reduce((sum, { unresolved, approved }) => ({
      unresolved: sum.unresolved + unresolved,
      approved: sum.approved + approved,
    }));
    // There is no usual level on the first day.
    const usual = mean;
    if (usual !== null) {
      seen.forEach((one, hour) => isSprayedHour(one, usual) && hours.push(day * 24 + hour));
      toldDays += Number(isSprayedDay(whole, usual));
    }
    mean = learned(mean, whole);
  }
  return { day: toldDays, hours };
}

describe('password spraying of codes', () => {
  it.each([1_000, 10_000, 100_000, 1_000_000])(
    'raises no alert in a year of honest sign-ins, %i a day',
    (signInsADay) => {
      const { day, hours } = alarms({ days: 365 * YEARS, signInsADay });
      process.stderr.write(
        `${signInsADay} honest sign-ins a day, ${YEARS} years: alerts in ${hours.length} hours and ${day} days\n`,
      );
      expect(day + hours.length).toBe(0);
    },
  );

  it.each([
    [1_000, 60],
    [10_000, 80],
    [100_000, 300],
    [1_000_000, 3_000],
  ])('is detected within an hour beside %i sign-ins a day, at %i users an hour', (signInsADay, victims) => {
    const { hours } = alarms({ days: 60, signInsADay, victimsAnHour: (day) => (day >= 59 ? victims : 0) });
    expect(hours[0]).toBeLessThanOrEqual(59 * 24 + 12);
  });

  it('is detected within a day at ten users an hour', () => {
    const { day } = alarms({ days: 60, signInsADay: 1_000, victimsAnHour: (on) => (on >= 59 ? 10 : 0) });
    expect(day).toBe(1);
  });

  it('raises the usual level by at most 3.6 % and two users a day, and by at most one in ten sign-ins', () => {
    const patient = { unresolved: 1_000_000, approved: 100_000_000 };
    let mean = learned(null, { unresolved: 100, approved: 100_000 });
    for (let day = 0; day < 30; day += 1) mean = learned(mean, patient);
    expect(mean).toBeLessThan(100 * 1.036 ** 30 + 2 * 30 * 1.036 ** 30);
    for (let day = 0; day < 1_000; day += 1) mean = learned(mean, { unresolved: 1_000_000, approved: 200 });
    expect(mean).toBeLessThanOrEqual(20.5);
    expect(isSprayedHour({ unresolved: 200, approved: 200 }, Number.MAX_SAFE_INTEGER)).toBe(true);
  });

  it('is counted by user and day, for any reason of the refusal', () => {
    const at = new Date(Date.UTC(2026, 10, 28, 23, 59));
    const refused = { at, action: 'verification.refused', userId: 'ada' };
    const later = { ...refused, at: new Date(at.getTime() + 60_000), action: 'factor.confirmation_refused' };
    const others = [
      { ...refused, userId: null },
      { ...refused, action: 'verification.approved' },
    ];
    expect(refusedDaysOf([refused, refused, later, ...others])).toEqual([
      { user: 'ada', day: '2026-11-28', count: 2 },
      { user: 'ada', day: '2026-11-29', count: 1 },
    ]);
  });
});
