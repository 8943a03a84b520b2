/**
 * Decides whether a client, or the clients of a tenant together, ask about more users than their own past explains. What counts are the
 * distinct users of a day about whom a client asked and who gave no proof around it. A day is compared with the busiest day of the four
 * weeks before the last one, and the last seven days with the busiest seven of them: the last week teaches nothing yet, and a day with an
 * alert never does. Pure.
 */

/** A proof counts for a query that came so long before it, or so long after it. */
export const PROOF_MINUTES = 10;
export const WEEK = 7;
/** The days that are compared with: from `OLDEST` days ago to `NEWEST` days ago. */
export const OLDEST = 35;
export const NEWEST = 8;
/** With fewer days of activity among them, a client is compared with its tenant, and a tenant with the rule for new ones. */
const KNOWN_DAYS = 7;
/** How much more than on the busiest day, and in the busiest week, season may bring. */
const SPREAD: Readonly<Record<number, number>> = { 1: 1.25, [WEEK]: 1.1 };
/** More proofs than on the busiest day excuse as many more users without one, up to this factor. */
const GROWTH = 2;
/** Five standard deviations of a Poisson count, and ten: a count of this mean is above once in three million days. */
const DEVIATIONS = 5;
const FEW = 10;
/** Least that is expected, of enrolled users and of others. */
const LEAST = { enrolled: 5, unknown: 50 } as const;
/** Of a new tenant: nine enrolled users without a proof for each with one, and two hundred. */
const NEW_SHARE = 9;
const NEW_LEAST = 200;
/** A client is stopped, and told of before the proofs can have come, at so many times the limit. */
const SURE = 2;

/** Of a day with an alert that an operator has accepted: later days are compared with it from then on. */
export const ACCEPTED = 3;

export type QueryState = 'open' | 'proven' | 'unproven';

/** Queries that changed what they count as. */
export interface Settled {
  readonly clientId: string;
  /** Whether the route is one that a client can lose. */
  readonly isStoppable: boolean;
  readonly isEnrolled: boolean;
  /** Days since 1970, UTC. */
  readonly day: number;
  readonly before: QueryState | null;
  readonly after: QueryState;
  readonly users: number;
}

export interface DayCount {
  readonly day: number;
  /** Users of whom a proof may still come. */
  readonly open: number;
  readonly proven: number;
  readonly unproven: number;
  /** 1: an alert was raised for this day, 2: the client was stopped, `ACCEPTED`: an operator says that it was all right. */
  readonly told: number;
}

/** Counts of one kind of query and the days on which the subject asked anything of that kind of route. */
export interface History {
  readonly isEnrolled: boolean;
  readonly counts: readonly DayCount[];
  readonly activeDays: readonly number[];
}

export type Level = 'quiet' | 'alert' | 'sure';

/** `reference`: the tenant's, for a client that is too new to have a past. */
export function levelOf(day: number, own: History, reference: History): Level {
  const known = [own, reference].find((history) => isKnown(day, history));
  const today = sumOf(own, day, 1);
  const limit = limitFor(day, 1, { own, known });
  // Without a past nothing is sure: a new application may show its devices to everybody.
  if (today.unproven + today.open > SURE * limit) return known ? 'sure' : 'alert';
  if (today.unproven > limit) return 'alert';
  const unaccepted = { ...own, counts: own.counts.filter(({ told }) => told !== ACCEPTED) };
  return sumOf(unaccepted, day, WEEK).unproven > limitFor(day, WEEK, { own, known }) ? 'alert' : 'quiet';
}

/** Most users without a proof that are no sign of anything, within so many days up to this one. */
export function limitFor(day: number, length: number, { own, known }: Compared): number {
  const { proven } = sumOf(own, day, length);
  const expected = known ? expectedBy(known, { day, length, proven }) : expectedOfNew(own, proven);
  return expected + DEVIATIONS * Math.sqrt(expected) + FEW;
}

interface Compared {
  readonly own: History;
  readonly known: History | undefined;
}

function expectedBy(past: History, { day, length, proven }: { day: number; length: number; proven: number }): number {
  const known = { ...past, counts: past.counts.filter(({ told }) => told === 0 || told === ACCEPTED) };
  const windows = Array.from({ length: OLDEST - NEWEST + 2 - length }, (_none, back) =>
    sumOf(known, day - NEWEST - back, length),
  );
  const accepted = known.counts.filter((count) => count.told === ACCEPTED && count.day < day);
  const unproven = Math.max(...[...windows, ...accepted].map((window) => window.unproven));
  const busiest = Math.max(...windows.map((window) => window.proven));
  const growth = busiest === 0 ? 1 : Math.min(GROWTH, Math.max(1, proven / busiest));
  const least = known.isEnrolled ? LEAST.enrolled : LEAST.unknown;
  return Math.max(least, (SPREAD[length] ?? 1) * unproven * growth);
}

/** Users who are not enrolled are the most common ones of a new tenant, and tell nothing: no number of them is too many. */
function expectedOfNew({ isEnrolled }: History, proven: number): number {
  return isEnrolled ? Math.max(NEW_LEAST, NEW_SHARE * proven) : Infinity;
}

function isKnown(day: number, { activeDays }: History): boolean {
  return activeDays.filter((active) => active >= day - OLDEST && active <= day - NEWEST).length >= KNOWN_DAYS;
}

/** Of so many days up to this one. */
function sumOf({ counts }: History, last: number, length: number) {
  const sum = { open: 0, proven: 0, unproven: 0 };
  for (const { day, open, proven, unproven } of counts) {
    if (day > last || day <= last - length) continue;
    sum.open += open;
    sum.proven += proven;
    sum.unproven += unproven;
  }
  return sum;
}
