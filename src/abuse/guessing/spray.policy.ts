/**
 * Whether a few codes are guessed of many users: by the users whose codes were refused and none approved in the half hour after, against
 * what is usual for the tenant. Sign-ins of users that an attacker owns make no user of a victim fewer. Pure.
 */

/** Users of an hour or of a day. */
export interface Refusals {
  /** Whose codes were refused, and none approved in the half hour after. */
  readonly unresolved: number;
  readonly approved: number;
}

/** Below these nothing is told. */
const HOUR_FROM = 50;
const DAY_FROM = 150;
/** An hour may be so many times the mean hour of a day, a day so many times the mean day. */
const HOUR_SPARE = 4;
const DAY_SPARE = 2;
/** What is usual is never more than this share of the users who are approved. */
const SHARE = 0.1;
/** Days after which a change of the tenant is learned by about two thirds. */
const MEMORY_DAYS = 14;

export function isSprayedHour({ unresolved, approved }: Refusals, mean: number): boolean {
  return unresolved >= HOUR_FROM + Math.min((HOUR_SPARE * mean) / 24, SHARE * approved);
}

export function isSprayedDay({ unresolved, approved }: Refusals, mean: number): boolean {
  return unresolved >= DAY_FROM + Math.min(DAY_SPARE * mean, SHARE * approved);
}

/**
 * The mean after one more day; null before the first. SECURITY(T-42): a day raises it by 3.6 % and two users at most, whatever happened on
 * it: whoever wants to be usual has to be patient for months, and to own ten users who sign in for each that they guess at.
 */
export function learned(mean: number | null, { unresolved, approved }: Refusals): number {
  const usual = Math.min(unresolved, SHARE * approved);
  if (mean === null) return usual;
  return mean + (Math.min(usual, 1.5 * mean + 25) - mean) / MEMORY_DAYS;
}

/** Refused codes of one user on a day; a day with fewer than three counts for nothing in the sum of 30. */
export const GUESSED_A_DAY = 20;
export const COUNTED_DAY_FROM = 3;
/**
 * Who has a hundred codes judged in 30 days has at most two on each day that does not count: forty of the hundred are on days that count.
 */
export const GUESSED_IN_30_DAYS = 40;

/** How often codes of a user were refused on one day (YYYY-MM-DD, UTC). */
export interface RefusedDay {
  readonly user: string;
  readonly day: string;
  readonly count: number;
}

const REFUSALS = ['verification.refused', 'factor.confirmation_refused'];

export function refusedDaysOf(events: readonly { at: Date; action: string; userId: string | null }[]): RefusedDay[] {
  const found = new Map<string, RefusedDay>();
  for (const { at, action, userId } of events) {
    if (userId === null || !REFUSALS.includes(action)) continue;
    const day = at.toISOString().slice(0, 10);
    const key = `${day} ${userId}`;
    found.set(key, { user: userId, day, count: (found.get(key)?.count ?? 0) + 1 });
  }
  return [...found.values()];
}
