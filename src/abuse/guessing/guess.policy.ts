/**
 * Signs in a tenant's audit log that codes are guessed, users are push bombed, or numbers are tried by blind look-ups.
 * It raises alerts only: if it blocked, a stranger at the login page could switch a tenant off. Pure.
 */
import { isSprayedHour } from './spray.policy.js';

/** The part of an event that counts. */
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
  /** Milliseconds since 1970: the start of the 15 minutes. */
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

/** The same sign in the same 15 minutes is one alert with a count. */
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

// SECURITY(T-42): the reason of a refusal must not matter, or an alert would tell known users from unknown ones.
function seenIn({ action, reason, clientId, userId }: SignalEvent): Pick<Signal, 'kind' | 'subject'>[] {
  const ofUser = reason === 'step_up_missing' ? 'step_up_missing' : USER_KINDS[action];
  const ofClient = CLIENT_KINDS[action];
  return [
    ...(ofUser && userId !== null ? [{ kind: ofUser, subject: userId }] : []),
    ...(ofClient && clientId !== null ? [{ kind: ofClient, subject: clientId }] : []),
  ];
}

/** Counts of the last hour. `unanswered` counts the last day. */
export interface Facts {
  /** Users with a refused code, for any reason, and no approved one in the half hour after. */
  readonly unresolvedUsers: number;
  /** Users with as many refused codes as lock a user. */
  readonly lockedUsers: number;
  readonly approvedUsers: number;
  /** Users with many challenges and no proof, or many denials. */
  readonly bombedUsers: number;
  /** Users unlocked too often within a day. */
  readonly unlockedUsers: number;
  /** Users with many refused step-ups, or many missing ones. */
  readonly steppedUsers: number;
  /** Users with a refused step-up; and users with a missing one whose factors did not change. */
  readonly refusedStepUps: number;
  readonly missingStepUps: number;
  /** Clients whose blind look-ups are unanswered, although time enough has passed. */
  readonly unanswered: readonly string[];
}

/** As many wrong codes as lock a user (users/attempts/attempt.policy.ts). */
export const WRONG_OF_LOCKED = 5;
export const LOCKED_FROM = 20;
/** Unlocks of one user in a day. */
export const UNLOCKED_FROM = 3;
/** Refused step-ups of one user in an hour; requests without a step-up and without a later change. */
export const STEP_UPS_FROM = 5;
export const MISSING_STEP_UPS_FROM = 10;
/** Users with at least one in an hour. */
export const STEP_UP_USERS_FROM = 20;
export const MISSING_STEP_UP_USERS_FROM = 50;
/** Challenges of one user in an hour, without an approval. */
export const OPENED_FROM = 10;
/** Denials of one user in an hour. */
export const DENIED_FROM = 3;
/** Blind look-ups of one client in a day, of which fewer than one in ten is answered. */
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
  /** Null: the whole tenant. */
  readonly clientId: string | null;
}

/** `mean`: the usual number in a day (spray.policy.ts). */
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
