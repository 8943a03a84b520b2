/**
 * How long a challenge lives, how many answers it takes, and what is shown of it. That it takes no more is decided by the
 * statement that judges an answer (challenge.statement.ts), not by reading this before it.
 */

import type { OpeningLimit } from '../factors/factor-method.js';

/** Milliseconds from opening to end (docs/limits.md). */
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

/** A challenge that was opened lately for one user, of one type. */
export interface RecentChallenge {
  readonly clientId: string;
  /** Nothing of it was shown or sent. */
  readonly withheld: boolean;
  readonly status: ChallengeState['status'];
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface NewOpening {
  readonly clientId: string;
  readonly now: Date;
}

export interface OpeningDecision {
  /** Milliseconds that the client has to wait; 0 where it may open one now. */
  readonly waitMs: number;
  /** Whether the user is spared: nothing is shown or sent. */
  readonly isWithheld: boolean;
}

/**
 * SECURITY(T-51): what a client is answered depends on its own challenges and on nothing else, or a 429 would tell it that
 * another client asked for the user. The user is protected from all clients together, and no client sees that. `recent`:
 * earliest first.
 */
export function decideOpening(
  recent: readonly RecentChallenge[],
  limit: OpeningLimit,
  { clientId, now }: NewOpening,
): OpeningDecision {
  const own = recent.filter((challenge) => challenge.clientId === clientId);
  const shown = recent.filter(({ withheld }) => !withheld);
  return {
    waitMs: waitFor(openedOf(own, now), limit, now),
    isWithheld: waitFor(openedOf(shown, now), limit, now) > 0,
  };
}

function openedOf(challenges: readonly RecentChallenge[], now: Date): Opened {
  const pending = challenges.filter(({ status, expiresAt }) => status === 'pending' && expiresAt > now);
  return {
    pendingUntilMs: pending.map(({ expiresAt }) => expiresAt.getTime()),
    openedMs: challenges.map(({ createdAt }) => createdAt.getTime()),
  };
}

/** What was opened lately, by one client or for one user. */
interface Opened {
  /** Ends of those that are pending, in milliseconds since 1970, earliest first. */
  readonly pendingUntilMs: readonly number[];
  /** Beginnings of all within the window, earliest first. */
  readonly openedMs: readonly number[];
}

/** Milliseconds until another may be opened; 0 for now. */
function waitFor({ pendingUntilMs, openedMs }: Opened, limit: OpeningLimit, now: Date): number {
  // The one that has to be over first for the limit to be kept.
  const untilFew = pendingUntilMs.at(-limit.pending) ?? 0;
  const beginning = openedMs.at(-limit.opened);
  const untilRare = beginning === undefined ? 0 : beginning + limit.windowMs;
  return Math.max(0, untilFew - now.getTime(), untilRare - now.getTime());
}
