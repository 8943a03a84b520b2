/**
 * How long a challenge lives, how many answers it takes, and what is shown of it. That it takes no more is decided by the
 * statement that judges an answer (challenge.statement.ts), not by reading this before it.
 */

/** Milliseconds from opening to end (DESIGN §3). */
export const CHALLENGE_MS = 5 * 60_000;
/** Answers that are judged, whatever the verdict; the right one ends it. */
export const MAX_ANSWERS = 5;

export const CHALLENGE_STATUSES = ['pending', 'approved', 'denied', 'expired'] as const;

export type ChallengeStatus = (typeof CHALLENGE_STATUSES)[number];

export interface ChallengeState {
  /** As stored: what ends by counting or by time is not. */
  readonly status: 'pending' | 'approved';
  readonly answers: number;
  readonly expiresAt: Date;
}

export function statusAt({ status, answers, expiresAt }: ChallengeState, nowMs: number): ChallengeStatus {
  if (status === 'approved') return 'approved';
  if (answers >= MAX_ANSWERS) return 'denied';
  return expiresAt.getTime() <= nowMs ? 'expired' : 'pending';
}
