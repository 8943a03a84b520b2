/**
 * How long a challenge lives, how many answers it takes, and its visible state. The statement that verifies an answer
 * enforces these limits (challenge.statement.ts). They are not read before it.
 */

import type { OpeningLimit } from '../factors/factor-method.js';

/** Milliseconds until it expires (docs/limits.md). */
export const CHALLENGE_MS = 5 * 60_000;
/** Answers that are verified. The right one ends the challenge. */
export const MAX_ANSWERS = 5;

export const CHALLENGE_STATUSES = ['pending', 'approved', 'denied', 'expired'] as const;

export type ChallengeStatus = (typeof CHALLENGE_STATUSES)[number];

export interface ChallengeState {
  /** The stored state. Expiry and the limit of answers are computed, not stored. */
  readonly status: 'pending' | 'approved' | 'denied';
  readonly answers: number;
  readonly expiresAt: Date;
}

export function statusAt({ status, answers, expiresAt }: ChallengeState, nowMs: number): ChallengeStatus {
  if (status !== 'pending') return status;
  if (answers >= MAX_ANSWERS) return 'denied';
  return expiresAt.getTime() <= nowMs ? 'expired' : 'pending';
}

/** A recent challenge of one user and type. */
export interface RecentChallenge {
  readonly clientId: string;
  /** Nothing was shown or sent. */
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
  /** Milliseconds that the client has to wait. 0: it may open one now. */
  readonly waitMs: number;
  /** Whether nothing is shown or sent to the user. */
  readonly isWithheld: boolean;
}

/**
 * SECURITY(T-51): a client's response depends on its own challenges only. Otherwise a 429 would reveal challenges of
 * another client. All clients together have a limit too, which protects the user, and which no client can see.
 * `recent`: earliest first.
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

/** Recent challenges of one client, or of one user. */
interface Opened {
  /** Expiry of the pending ones, in milliseconds since 1970, earliest first. */
  readonly pendingUntilMs: readonly number[];
  /** Opening times of all within the window, earliest first. */
  readonly openedMs: readonly number[];
}

/** Milliseconds until another may be opened. 0: now. */
function waitFor({ pendingUntilMs, openedMs }: Opened, limit: OpeningLimit, now: Date): number {
  // The challenge that has to end before another fits under the limit.
  const untilFew = pendingUntilMs.at(-limit.pending) ?? 0;
  const oldest = openedMs.at(-limit.opened);
  const untilRare = oldest === undefined ? 0 : oldest + limit.windowMs;
  return Math.max(0, untilFew - now.getTime(), untilRare - now.getTime());
}
