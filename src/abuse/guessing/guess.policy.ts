/**
 * What shows in a tenant's audit log when codes are guessed, people are worn down, or numbers are tried blindly. It only tells: a stranger at
 * the login page must not be able to switch a tenant off. Pure.
 */
import { isSprayedHour } from './spray.policy.js';

/** What of an event counts. */
export interface SignalEvent {
  readonly at: Date;
  readonly action: string;
  readonly reason: string | null;
  readonly clientId: string | null;
  readonly userId: string | null;
}

export type SignalKind =
  | 'refused'
  | 'approved'
  | 'opened'
  | 'denied'
  | 'unlocked'
  | 'step_up_missing'
  | 'step_up_refused'
  | 'factor_changed'
  | 'blind_begun'
  | 'blind_answered';

export interface Signal {
  /** Milliseconds since 1970: the beginning of the quarter of an hour. */
  readonly slotMs: number;
  readonly kind: SignalKind;
  readonly subject: string;
  readonly count: number;
}

export const SLOT_MS = 15 * 60_000;

const USER_KINDS: Readonly<Record<string, SignalKind>> = {
  'verification.refused': 'refused',
  'verification.approved': 'approved',
  'challenge.created': 'opened',
  'challenge.denied': 'denied',
  'user.unlocked': 'unlocked',
  'step_up.refused': 'step_up_refused',
  'factor.enrolment_opened': 'factor_changed',
  'factor.removed': 'factor_changed',
  'factor.recovery_codes_generated': 'factor_changed',
};
const CLIENT_KINDS: Readonly<Record<string, SignalKind>> = {
  'blind_lookup.begun': 'blind_begun',
  'blind_lookup.answered': 'blind_answered',
};

/** The same of the same quarter of an hour is one that counts. */
export function signalsOf(events: readonly SignalEvent[]): Signal[] {
  const found = new Map<string, Signal>();
  for (const event of events)
    for (const { kind, subject } of seenIn(event)) {
      const slotMs = Math.floor(event.at.getTime() / SLOT_MS) * SLOT_MS;
      const key = `${slotMs} ${kind} ${subject}`;
      found.set(key, { slotMs, kind, subject, count: (found.get(key)?.count ?? 0) + 1 });
    }
  return [...found.values()];
}

// SECURITY(T-42): nothing depends on why a code was refused: else an alert would tell known users from unknown ones.
function seenIn({ action, reason, clientId, userId }: SignalEvent): Pick<Signal, 'kind' | 'subject'>[] {
  const ofUser = reason === 'step_up_missing' ? 'step_up_missing' : USER_KINDS[action];
  const ofClient = CLIENT_KINDS[action];
  return [
    ...(ofUser && userId !== null ? [{ kind: ofUser, subject: userId }] : []),
    ...(ofClient && clientId !== null ? [{ kind: ofClient, subject: clientId }] : []),
  ];
}

/** Of the last hour, but for `unanswered`, which is of the last day. */
export interface Facts {
  /** Users for whom a code was refused, for whatever reason, and none was approved in the half hour after. */
  readonly unresolvedUsers: number;
  /** Users for whom so many codes were refused as lock. */
  readonly lockedUsers: number;
  readonly approvedUsers: number;
  /** Users who were asked for a proof so often and gave none, or said no so often. */
  readonly bombedUsers: number;
  /** Users who were unlocked so often within a day. */
  readonly unlockedUsers: number;
  /** Users whose step-ups were refused so often, or asked for so often in vain. */
  readonly steppedUsers: number;
  /** Users of whom a proof for a change to factors was refused; and those for whom none was sent, and nothing was changed. */
  readonly refusedStepUps: number;
  readonly missingStepUps: number;
  /** Clients whose blind look-ups, begun long enough ago, are not answered. */
  readonly unanswered: readonly string[];
}

/** As many wrong codes as lock a user (users/attempts/attempt.policy.ts). */
export const WRONG_OF_LOCKED = 5;
export const LOCKED_FROM = 20;
/** Unlocks of one user within a day. */
export const UNLOCKED_FROM = 3;
/** Proofs for changes to the factors of one user that were refused within an hour; requests without one, and nothing changed. */
export const STEP_UPS_FROM = 5;
export const MISSING_STEP_UPS_FROM = 10;
/** Users with one such within an hour. */
export const STEP_UP_USERS_FROM = 20;
export const MISSING_STEP_UP_USERS_FROM = 50;
/** Challenges of one user within an hour without one approval. */
export const OPENED_FROM = 10;
/** How often one user says no within an hour. */
export const DENIED_FROM = 3;
/** Blind look-ups of one client within a day, of which not one in ten is answered. */
export const BLIND_FROM = 100;
export const BLIND_ANSWERED_SHARE = 0.1;

export interface GuessSign {
  readonly kind:
    | 'many_users_locked'
    | 'codes_sprayed'
    | 'user_guessed'
    | 'users_worn_down'
    | 'unlocks_repeated'
    | 'step_ups_refused'
    | 'blind_look_ups_unanswered';
  /** Null for the tenant as a whole. */
  readonly clientId: string | null;
}

/** `mean`: what is usual on a day (spray.policy.ts). */
export function guessSignsOf(facts: Facts, mean: number): GuessSign[] {
  const { lockedUsers, unresolvedUsers, approvedUsers, bombedUsers, unlockedUsers, unanswered } = facts;
  const ofTenant = {
    many_users_locked: lockedUsers >= LOCKED_FROM,
    codes_sprayed: isSprayedHour({ unresolved: unresolvedUsers, approved: approvedUsers }, mean),
    users_worn_down: bombedUsers > 0,
    unlocks_repeated: unlockedUsers > 0,
    step_ups_refused:
      facts.steppedUsers > 0 ||
      facts.refusedStepUps >= STEP_UP_USERS_FROM ||
      facts.missingStepUps >= MISSING_STEP_UP_USERS_FROM,
  };
  const kinds = (Object.keys(ofTenant) as (keyof typeof ofTenant)[]).filter((kind) => ofTenant[kind]);
  return [
    ...kinds.map((kind) => ({ kind, clientId: null })),
    ...unanswered.map((clientId) => ({ kind: 'blind_look_ups_unanswered' as const, clientId })),
  ];
}
