/**
 * Decides whether a client, or a tenant's clients together, query more users than their past explains. It counts the
 * distinct users of a day who were queried and gave no proof around the query. A day is compared with the busiest day
 * of the four weeks that end a week ago. The last seven days are compared with the busiest seven of them. A day with an
 * alert is not compared with. Pure.
 */

/** A proof excuses a query that came at most this long before or after it. */
export const PROOF_MINUTES = 10;
export const WEEK = 7;
/** The days of the past: from `OLDEST` days ago to `NEWEST` days ago. */
export const OLDEST = 35;
export const NEWEST = 8;
/** With fewer active days, a client is compared with its tenant, and a tenant with the rule for new ones. */
const KNOWN_DAYS = 7;
/** Seasonal growth that is allowed over the busiest day, and over the busiest week. */
const SPREAD: Readonly<Record<number, number>> = { 1: 1.25, [WEEK]: 1.1 };
/** If there are more proofs than on the busiest day, the limit grows in proportion, up to this factor. */
const GROWTH = 2;
/** Margins of five and ten standard deviations of a Poisson count: exceeded by chance once in three million days. */
const DEVIATIONS = 5;
const FEW = 10;
/** Lowest mean, of enrolled users and of others. */
const LEAST = { enrolled: 5, unknown: 50 } as const;
/** Limit of a new tenant: nine enrolled users without a proof for each user with one, plus two hundred. */
const NEW_SHARE = 9;
const NEW_LEAST = 200;
/** At this multiple of the limit a client is blocked. The alert does not wait for proofs either. */
const SURE = 2;

/** The state of a day whose alert an operator accepted. Later days are compared with it. */
export const ACCEPTED = 3;

export type QueryState = 'open' | 'proven' | 'unproven';

/** Queries whose class has changed. */
export interface Settled {
  readonly clientId: string;
  /** Whether the route can be blocked for a client. */
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
  /** Users who may still give a proof. */
  readonly open: number;
  readonly proven: number;
  readonly unproven: number;
  /** 1: an alert was raised for this day. 2: the client was blocked. `ACCEPTED`: an operator accepted it. */
  readonly alertLevel: number;
}

/** Counts of one kind of query, and the days on which the subject used that kind of route. */
export interface History {
  readonly isEnrolled: boolean;
  readonly counts: readonly DayCount[];
  readonly activeDays: readonly number[];
}

export type Level = 'quiet' | 'alert' | 'sure';

/** `reference`: the tenant's counts, for a client without a past. */
export function levelOf(day: number, own: History, reference: History): Level {
  const known = [own, reference].find((history) => isKnown(day, history));
  const today = sumOf(own, day, 1);
  const limit = limitFor(day, 1, { own, known });
  // Without a past no client is blocked: a new application may show every user their devices.
  if (today.unproven + today.open > SURE * limit) return known ? 'sure' : 'alert';
  if (today.unproven > limit) return 'alert';
  const unaccepted = { ...own, counts: own.counts.filter(({ alertLevel }) => alertLevel !== ACCEPTED) };
  return sumOf(unaccepted, day, WEEK).unproven > limitFor(day, WEEK, { own, known }) ? 'alert' : 'quiet';
}

/** Highest number of users without a proof, within these days, that raises no alert. */
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
  const known = {
    ...past,
    counts: past.counts.filter(({ alertLevel }) => alertLevel === 0 || alertLevel === ACCEPTED),
  };
  const windows = Array.from({ length: OLDEST - NEWEST + 2 - length }, (_none, back) =>
    sumOf(known, day - NEWEST - back, length),
  );
  const accepted = known.counts.filter((count) => count.alertLevel === ACCEPTED && count.day < day);
  const unproven = Math.max(...[...windows, ...accepted].map((window) => window.unproven));
  const busiest = Math.max(...windows.map((window) => window.proven));
  const growth = busiest === 0 ? 1 : Math.min(GROWTH, Math.max(1, proven / busiest));
  const least = known.isEnrolled ? LEAST.enrolled : LEAST.unknown;
  return Math.max(least, (SPREAD[length] ?? 1) * unproven * growth);
}

/** Most users of a new tenant are not enrolled yet, so they have no limit. */
function expectedOfNew({ isEnrolled }: History, proven: number): number {
  return isEnrolled ? Math.max(NEW_LEAST, NEW_SHARE * proven) : Infinity;
}

function isKnown(day: number, { activeDays }: History): boolean {
  return activeDays.filter((active) => active >= day - OLDEST && active <= day - NEWEST).length >= KNOWN_DAYS;
}

/** Sum of the last days, this one included. */
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
