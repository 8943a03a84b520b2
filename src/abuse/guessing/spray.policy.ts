/**
 * Detects password spraying of codes: a few guesses for each of many users. Counts the users with refused codes and no
 * approved one in the half hour after, and compares with the usual level of the tenant. An attacker's own sign-ins do
 * not lower the count of victims. Pure.
 */

/** Users in an hour or in a day. */
export interface Refusals {
  /** Users with refused codes and no approved one in the half hour after. */
  readonly unresolved: number;
  readonly approved: number;
}

/** No alert below these. */
const HOUR_FROM = 50;
const DAY_FROM = 150;
/** Limit of an hour, in mean hours of a day, and of a day, in mean days. */
const HOUR_SPARE = 4;
const DAY_SPARE = 2;
/** The usual level is at most this share of the approved users. */
const SHARE = 0.1;
/** Days after which the level has followed a change of the tenant by about two thirds. */
const MEMORY_DAYS = 14;

export function isSprayedHour({ unresolved, approved }: Refusals, mean: number): boolean {
  return unresolved >= HOUR_FROM + Math.min((HOUR_SPARE * mean) / 24, SHARE * approved);
}

export function isSprayedDay({ unresolved, approved }: Refusals, mean: number): boolean {
  return unresolved >= DAY_FROM + Math.min(DAY_SPARE * mean, SHARE * approved);
}

/**
 * The mean after one more day; null before the first. SECURITY(T-42): one day raises it by at most 3.6 % and two users.
 * To raise the level, an attacker needs months, and ten own users who sign in for each user that is guessed at.
 */
export function learned(mean: number | null, { unresolved, approved }: Refusals): number {
  const usual = Math.min(unresolved, SHARE * approved);
  if (mean === null) return usual;
  return mean + (Math.min(usual, 1.5 * mean + 25) - mean) / MEMORY_DAYS;
}

/** Refused codes of one user in a day. A day with fewer than three does not count in the sum of 30 days. */
export const GUESSED_A_DAY = 20;
export const COUNTED_DAY_FROM = 3;
/**
 * Of 100 codes of one user in 30 days, at least forty are on days that count. A day that does not count has at most
 * two.
 */
export const GUESSED_IN_30_DAYS = 40;

/** Refused codes of one user on one day (YYYY-MM-DD, UTC). */
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
