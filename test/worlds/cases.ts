// The differences between two worlds. In each case the attacker has scopes that do not entitle them to the differing
// facts.
import { numberAt } from '../support/phones.js';
import type { Scope } from '../../src/contract/scopes.js';
import { scopesWithout, type Fact } from './scope-facts.js';

export type Side = 'A' | 'B';

/** A user with an authenticator, and perhaps a phone. */
export interface Person {
  readonly userId: string;
  readonly phoneNumber?: string;
}

export const VICTIMS = ['vic-1', 'vic-2'] as const;
export const UNKNOWN = ['unknown-1', 'unknown-2'] as const;
export const OWN = ['own-1', 'own-2'] as const;

/**
 * Numbers that the attacker asks about: the first two belong to the victims. All are in one block with the attacker's
 * own.
 */
export const CANDIDATES = Array.from({ length: 30 }, (_none, index) => numberAt(index));
/** The attacker's phones: they see what arrives there. With one more in the block, there are enough to stop the block. */
export const OWN_NUMBERS = Array.from({ length: 19 }, (_none, index) => numberAt(100 + index));
/** In another block, with the same last two digits as the victims’. */
const ELSEWHERE = Array.from({ length: 4 }, (_none, index) => numberAt(10_000 + index));

export interface Asked {
  readonly userId: string;
  readonly phoneNumber: string;
  /** The address of the end user, as a client sends it. */
  readonly ip: string;
}

/** Users that others ask about in world A. */
export const ASKED: readonly Asked[] = VICTIMS.map((userId, index) => ({
  userId,
  phoneNumber: CANDIDATES[index] ?? '',
  ip: `192.0.2.${index + 51}`,
}));

/**
 * Users that the attacker never asks about: one for each victim, so that others ask about as many users and numbers in
 * both worlds.
 */
export const BYSTANDERS: readonly Asked[] = VICTIMS.map((_victim, index) => ({
  userId: `bystander-${index + 1}`,
  phoneNumber: ELSEWHERE[2 + index] ?? '',
  ip: `192.0.2.${index + 61}`,
}));

export interface Case {
  readonly facts: readonly Fact[];
  readonly people: (side: Side) => readonly Person[];
  /** Others act on the victims in world A. In B they act on the bystander instead, or not at all. */
  readonly others?: 'about another' | 'not at all';
}

const victims = (of: (index: number) => Partial<Person>): Person[] =>
  VICTIMS.map((userId, index) => ({ userId, ...of(index) }));
const withPhones = (numbers: readonly string[]) =>
  victims((index) => {
    const phoneNumber = numbers[index];
    return phoneNumber === undefined ? {} : { phoneNumber };
  });

export const CASES = {
  'whether users exist': {
    facts: ['user_exists', 'enrolled', 'factors', 'has_phone', 'phone_digits', 'number_registered', 'number_of_user'],
    people: (side) => (side === 'A' ? withPhones(CANDIDATES) : []),
  },
  'whether users have a phone': {
    facts: ['factors', 'has_phone', 'phone_digits', 'number_registered', 'number_of_user'],
    people: (side) => (side === 'A' ? withPhones(CANDIDATES) : victims(() => ({}))),
  },
  'which numbers users have': {
    facts: ['number_registered', 'number_of_user'],
    people: (side) => withPhones(side === 'A' ? CANDIDATES : ELSEWHERE),
  },
  'for whom another client asks': {
    facts: ['other_client'],
    people: () => withPhones(CANDIDATES),
    others: 'about another',
  },
  'what another tenant does': {
    facts: ['other_tenant'],
    people: () => withPhones(CANDIDATES),
    others: 'not at all',
  },
} as const satisfies Record<string, Case>;

export type CaseName = keyof typeof CASES;

export const CASE_NAMES = Object.keys(CASES) as CaseName[];

export function caseOf(name: CaseName): Case {
  return CASES[name];
}

export function scopesFor(name: CaseName): Scope[] {
  return scopesWithout(CASES[name].facts);
}
