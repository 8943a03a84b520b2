// Applies the rule against harvested user ids (src/abuse/harvest/harvest.policy.ts) to many months of drawn sign-ins.
// It computes how often honest traffic raises an alert, and how many ids a hidden attacker gets. A month of requests is
// too short for that.
import { levelOf, OLDEST, WEEK, type DayCount, type History } from '../../src/abuse/harvest/harvest.policy.js';
import type { Random } from '../random.js';

/** Days before the first scored day: the days that a day is compared with, and the week. */
const BEFORE = OLDEST + WEEK;
const WEEKEND = 0.55;

export interface Application {
  /** Distinct enrolled users who sign in on a working day. */
  readonly perDay: number;
  /** Share of the users asked about who give no proof. */
  readonly givenUp: number;
  /** How much that share changes from day to day: its relative standard deviation. */
  readonly unsteady: number;
}

/** Alerts in this many days. */
export function falseAlarms(application: Application, { days, random }: { days: number; random: Random }): number {
  const counts: DayCount[] = [];
  let alerts = 0;
  for (let day = 0; day < BEFORE + days; day += 1) {
    counts.push(drawn(application, day, random));
    if (counts.length > BEFORE) counts.shift();
    if (day < BEFORE || !isTold(day, counts)) continue;
    alerts += 1;
    counts[counts.length - 1] = { ...(counts.at(-1) as DayCount), alertLevel: 1 };
  }
  return alerts;
}

/**
 * Ids confirmed before the first alert, with this many a day beside the sign-ins; null if no alert comes within ninety
 * days.
 */
export function idsBeforeAlert(
  application: Application,
  { idsPerDay, random }: { idsPerDay: number; random: Random },
): number | null {
  const counts: DayCount[] = [];
  for (let day = 0; day < BEFORE + 90; day += 1) {
    const honest = drawn(application, day, random);
    const hidden = day < BEFORE ? 0 : idsPerDay;
    counts.push({ ...honest, unproven: honest.unproven + hidden });
    if (counts.length > BEFORE) counts.shift();
    if (day >= BEFORE && isTold(day, counts)) return (day - BEFORE + 1) * idsPerDay;
  }
  return null;
}

function drawn({ perDay, givenUp, unsteady }: Application, day: number, random: Random): DayCount {
  const users = perDay * (day % WEEK < 5 ? 1 : WEEKEND);
  const share = Math.max(0, givenUp * (1 + unsteady * normal(random)));
  const poisson = (mean: number) => Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  return { day, open: 0, proven: poisson(users * (1 - share)), unproven: poisson(users * share), alertLevel: 0 };
}

function isTold(day: number, counts: readonly DayCount[]): boolean {
  const own: History = { isEnrolled: true, counts, activeDays: counts.map((count) => count.day) };
  return levelOf(day, own, own) !== 'quiet';
}

/** Box and Muller 1958. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
