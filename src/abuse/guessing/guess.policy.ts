/**
 * What shows in a tenant's audit log when codes are guessed, people are worn down, or numbers are tried blindly. It only tells: a stranger at
 * the login page must not be able to switch a tenant off. Pure.
 */

/** What of an event counts. */
export interface SignalEvent {
  readonly at: Date;
  readonly action: string;
  readonly reason: string | null;
  readonly clientId: string | null;
  readonly userId: string | null;
}

export type SignalKind = 'refused' | 'wrong' | 'approved' | 'opened' | 'denied' | 'blind_begun' | 'blind_answered';

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

function seenIn({ action, reason, clientId, userId }: SignalEvent): Pick<Signal, 'kind' | 'subject'>[] {
  const ofUser = USER_KINDS[action];
  const ofClient = CLIENT_KINDS[action];
  return [
    ...(ofUser && userId !== null ? [{ kind: ofUser, subject: userId }] : []),
    ...(ofUser === 'refused' && userId !== null && reason === 'wrong_code'
      ? [{ kind: 'wrong' as const, subject: userId }]
      : []),
    ...(ofClient && clientId !== null ? [{ kind: ofClient, subject: clientId }] : []),
  ];
}

/** Of the last hour, but for `unanswered`, which is of the last day. */
export interface Facts {
  /** Users for whom a code was refused, for whatever reason. */
  readonly refusedUsers: number;
  /** Users with as many wrong codes as lock. */
  readonly lockedUsers: number;
  readonly approvedUsers: number;
  /** Users who were asked for a proof so often and gave none, or said no so often. */
  readonly bombedUsers: number;
  /** Clients whose blind look-ups, begun long enough ago, are not answered. */
  readonly unanswered: readonly string[];
}

/** As many wrong codes as lock a user (users/attempts/attempt.policy.ts). */
export const WRONG_OF_LOCKED = 5;
export const LOCKED_FROM = 20;
export const SPRAYED_FROM = 50;
/** Challenges of one user within an hour without one approval. */
export const OPENED_FROM = 10;
/** How often one user says no within an hour. */
export const DENIED_FROM = 3;
/** Blind look-ups of one client within a day, of which not one in ten is answered. */
export const BLIND_FROM = 100;
export const BLIND_ANSWERED_SHARE = 0.1;

export interface GuessSign {
  readonly kind: 'many_users_locked' | 'codes_sprayed' | 'users_worn_down' | 'blind_look_ups_unanswered';
  /** Null for the tenant as a whole. */
  readonly clientId: string | null;
}

export function guessSignsOf(facts: Facts): GuessSign[] {
  const { lockedUsers, refusedUsers, approvedUsers, bombedUsers, unanswered } = facts;
  const ofTenant = {
    many_users_locked: lockedUsers >= LOCKED_FROM,
    codes_sprayed: refusedUsers >= SPRAYED_FROM && refusedUsers > approvedUsers,
    users_worn_down: bombedUsers > 0,
  };
  const kinds = (Object.keys(ofTenant) as (keyof typeof ofTenant)[]).filter((kind) => ofTenant[kind]);
  return [
    ...kinds.map((kind) => ({ kind, clientId: null })),
    ...unanswered.map((clientId) => ({ kind: 'blind_look_ups_unanswered' as const, clientId })),
  ];
}
