/**
 * How long a challenge lives, how many answers it takes, and what is shown of it. That it takes no more is decided by the
 * statement that judges an answer (challenge.statement.ts), not by reading this before it.
 */

import type { OpeningLimit } from '../factors/factor-method.js';

/** Milliseconds from opening to end (DESIGN §3). */
export const CHALLENGE_MS = 5 * 60_000;
/** Answers that are judged, whatever the verdict; the right one ends it. */
export const MAX_ANSWERS = 5;

export const CHALLENGE_STATUSES = ['pending', 'approved', 'denied', 'expired'] as const;

export type ChallengeStatus = (typeof CHALLENGE_STATUSES)[number];

export interface ChallengeState {
  /** As stored: what ends by counting or by time is not. */
  readonly status: 'pending' | 'approved' | 'denied';
  readonly answers: number;
  readonly expiresAt: Date;
}

export function statusAt({ status, answers, expiresAt }: ChallengeState, nowMs: number): ChallengeStatus {
  if (status !== 'pending') return status;
  if (answers >= MAX_ANSWERS) return 'denied';
  return expiresAt.getTime() <= nowMs ? 'expired' : 'pending';
}

/** What was opened lately for one user, by type. */
export interface Opened {
  /** Ends of those that are pending, in milliseconds since 1970, earliest first. */
  readonly pendingUntilMs: readonly number[];
  /** Beginnings of all within the window, earliest first. */
  readonly openedMs: readonly number[];
}

/** Milliseconds until another may be opened; 0 for now. */
export function waitFor({ pendingUntilMs, openedMs }: Opened, limit: OpeningLimit, now: Date): number {
  // The one that has to be over first for the limit to be kept.
  const untilFew = pendingUntilMs.at(-limit.pending) ?? 0;
  const beginning = openedMs.at(-limit.opened);
  const untilRare = beginning === undefined ? 0 : beginning + limit.windowMs;
  return Math.max(0, untilFew - now.getTime(), untilRare - now.getTime());
}
