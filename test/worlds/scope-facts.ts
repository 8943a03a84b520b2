// The facts that a scope entitles its holder to know, each with the route that shows it. The page docs/scopes.md shows
// this table, and scope-facts.spec.ts compares them. The spec two-worlds.spec.ts tests the table: no other fact may
// change anything that a client can observe. Adding a scope? Also: here.
import { ALL_SCOPES, type Scope } from '../../src/contract/scopes.js';

export const FACTS = {
  user_exists: 'the service has a row for this user',
  enrolled: 'the user has, or had, a confirmed factor',
  has_device: 'the user has a confirmed device',
  has_phone: 'the user has a confirmed phone',
  phone_digits: 'the last two digits of the user’s phone numbers',
  factors: 'kinds, number and dates of the user’s factors',
  number_registered: 'this number is confirmed by some user of the tenant',
  number_of_user: 'this number is confirmed by this user',
  other_client: 'requests of other clients of the tenant for this user or number',
  other_tenant: 'anything of another tenant',
} as const;

export type Fact = keyof typeof FACTS;

export const ALL_FACTS = Object.keys(FACTS) as Fact[];

type Entitlements = Readonly<Partial<Record<Fact, string>>>;

export const SCOPE_FACTS: Readonly<Record<Scope, Entitlements>> = {
  'factors:read': {
    enrolled: '`mfaRequired` decides whether the application asks for a second factor',
    has_device: 'the list of factors shows kinds',
    has_phone: 'the list of factors shows kinds',
    factors: 'the scope’s own list',
    other_client: 'an open recovery of any client is shown',
  },
  'factors:write': {
    enrolled: 'a first factor needs no proof (201), further ones do (403)',
  },
  verify: {},
  'devices:read': {
    enrolled: 'a user with a device is enrolled',
    has_device: 'the scope’s own list',
  },
  'devices:write': {
    enrolled: 'a first factor needs no proof (201), further ones do (403)',
  },
  'phones:write': {
    enrolled: 'a user with a phone is enrolled',
    has_phone: 'the list lets the application show which phone to remove',
    phone_digits: 'the list shows them, so that the user can tell their phones apart',
  },
  'phones:blind': {},
  'phones:match': {
    number_of_user: 'the scope’s own question; five numbers of a user and five users of a number a day',
    number_registered: 'follows from its answer',
    has_phone: 'follows from its answer',
    enrolled: 'follows from its answer',
    other_client: 'limits of a user and a number hold over all clients; else a list could be split over several',
  },
  'phones:lookup': {
    number_registered: 'the scope’s own question; a tenant has to turn it on',
    other_client: 'the limit of a tenant holds over its clients; else a list could be split over several',
  },
  'audit:read': {
    user_exists: 'reasons of refusals: `not_enrolled`',
    enrolled: 'reasons of refusals: `not_enrolled`',
    has_device: 'events of factors show kinds',
    has_phone: 'reasons of withheld codes: `no_phone`',
    factors: 'events of factors show kinds',
    other_client: 'the log covers all clients of the tenant',
  },
  'webhooks:write': {
    other_client: 'an alert of the tenant names the client that caused it',
  },
  'tenant:admin': {
    user_exists: 'unlocking an unknown user is a 404, which shows a mistyped id',
    enrolled: 'resetting a user who was never enrolled is a 404, which shows a mistyped id',
    other_client: 'a second client approves the reset that a first one asked for',
  },
};

export function isEntitled(scopes: readonly Scope[], fact: Fact): boolean {
  return scopes.some((scope) => SCOPE_FACTS[scope][fact] !== undefined);
}

/** Scopes that do not know any of these facts. */
export function scopesWithout(facts: readonly Fact[]): Scope[] {
  return ALL_SCOPES.filter((scope) => !facts.some((fact) => isEntitled([scope], fact)));
}

/** The table in the form of the documents. */
export function scopeFactTable(): string {
  const rows = ALL_SCOPES.flatMap((scope) => {
    const known = Object.entries(SCOPE_FACTS[scope]);
    if (known.length === 0) return [`| \`${scope}\` | nothing | – |`];
    return known.map(([fact, reason]) => `| \`${scope}\` | ${FACTS[fact as Fact]} | ${reason} |`);
  });
  return ['| scope | may know | because |', '|---|---|---|', ...rows].join('\n');
}
