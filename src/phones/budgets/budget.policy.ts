/**
 * How often what may be asked or sent. Each budget is counted in 25 slots of a 24th of its window (budget.repository.ts), so that no
 * window of any beginning holds more than the limit; what was spent comes back one slot later at most. Pure.
 */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface Limit {
  readonly most: number;
  /** Milliseconds; a multiple of 24. */
  readonly windowMs: number;
}

/** One of the limits, of one subject: a client, a number, a pair. */
export interface Budget extends Limit {
  /** Names the limit: counts of another name are apart. */
  readonly name: string;
  /** Whose it is; kept as a keyed hash only. */
  readonly subject: string;
}

const limit = (most: number, windowMs: number): Limit => ({ most, windowMs });

// DESIGN §3. Adding a limit? Also: docs/limits.md.
export const LIMITS = {
  'look-ups of a client, burst': limit(50, HOUR),
  'look-ups of a client': limit(100, DAY),
  'look-ups of a tenant': limit(300, DAY),
  // Seen within the day: asking the same again is free.
  'pair of user and number': limit(1, DAY),
  'numbers of a user': limit(5, DAY),
  'users of a number': limit(5, DAY),
  'blind look-ups of a client': limit(1_000, DAY),
  'blind look-ups of a number': limit(3, HOUR),
  'blind look-ups of a number a day': limit(10, DAY),
  // Five answers of each look-up, and of all of them together no more than guesses of a user's codes (SP 800-63B-4 §3.2.2).
  'blind answers of a number': limit(15, DAY),
  'blind answers of a number a month': limit(100, 30 * DAY),
  // Beside the first.
  'codes asked for again': limit(1, 30 * SECOND),
  'codes asked for again in all': limit(4, 10 * MINUTE),
  'codes to a number': limit(1, 30 * SECOND),
  'codes to a number in ten minutes': limit(5, 10 * MINUTE),
  'codes to a number a day': limit(20, DAY),
  'codes to a prefix': limit(50, HOUR),
  'blind codes of a tenant an hour': limit(50, HOUR),
  'blind codes of a tenant': limit(200, DAY),
  // Counted, not limited: what conversion is judged by.
  'codes sent to a prefix': limit(1_000_000_000, DAY),
  'codes used of a prefix': limit(1_000_000_000, DAY),
} as const satisfies Record<string, Limit>;

export type LimitName = keyof typeof LIMITS;

export function budget(name: LimitName, subject: string): Budget {
  return { ...LIMITS[name], name, subject };
}

/** What every answer of a look-up is charged to, hit or miss alike. */
export function lookUpBudgets(clientId: string): Budget[] {
  return [
    budget('look-ups of a client, burst', clientId),
    budget('look-ups of a client', clientId),
    budget('look-ups of a tenant', ''),
  ];
}

/** Codes for enrolments and challenges of a tenant, which sets the limit itself. */
export function tenantBudgets(dailyCap: number, subject = ''): Budget[] {
  return [
    { name: 'codes of a tenant an hour', subject, most: Math.ceil(dailyCap / 4), windowMs: HOUR },
    { name: 'codes of a tenant', subject, most: dailyCap, windowMs: DAY },
  ];
}

/** Below this many codes nobody is judged; above it a fifth of them has to be used. */
export const JUDGED_FROM = 20;
const LEAST_SHARE = 0.2;

/** SECURITY(T-39): codes that nobody types in were sent to earn by the sending. */
export function isPumped({ sent, used }: { sent: number; used: number }): boolean {
  return sent >= JUDGED_FROM && used < sent * LEAST_SHARE;
}
