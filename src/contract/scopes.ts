// The scopes of clients. Adding one? Also: BOUND_SCOPES below, docs/glossary.md and the contracts that demand it.
export const SCOPES = {
  'factors:read': "List a user's factors, and read whether the user needs a second factor.",
  'factors:write': 'Enrol, confirm and remove factors; recover by a code.',
  verify: 'Verify codes, and open and answer challenges.',
  'devices:read': "List a user's devices.",
  'devices:write': 'Register, confirm and remove devices.',
  'phones:write': "Enrol, confirm, list and remove a user's phones.",
  'phones:blind': 'Start and answer blind look-ups of phone numbers.',
  'phones:match': 'Ask whether a phone number belongs to one user.',
  'phones:lookup': 'Ask whether a phone number is registered, if the tenant has turned that on.',
  'audit:read': "Read the tenant's audit events, which hold the reason of each refusal.",
  'webhooks:write': 'Manage the endpoints that get the alerts of the tenant.',
  'tenant:admin': 'Unlock a user whose codes were stopped. Request or approve a reset.',
} as const;

export type Scope = keyof typeof SCOPES;

export const ALL_SCOPES = Object.keys(SCOPES) as Scope[];

/** Of the demo client. Scopes that answer about any number are left out. */
export const DEMO_SCOPES = ALL_SCOPES.filter((scope) => scope !== 'phones:lookup');

export function isScope(text: string): text is Scope {
  return Object.hasOwn(SCOPES, text);
}

/**
 * Blocked for a client that enumerates numbers. Blind look-ups are not: only the holder of the phone can answer one,
 * and people sign in by them.
 */
const LOOK_UP_SCOPES: ReadonlySet<string> = new Set<Scope>(['phones:match', 'phones:lookup']);

export function isLookUpScope(scope: string): boolean {
  return LOOK_UP_SCOPES.has(scope);
}

/** The most valuable scopes. In production they are granted to bound tokens only (RFC 9449). */
const BOUND_SCOPES: ReadonlySet<string> = new Set<Scope>(['tenant:admin', 'phones:match', 'phones:lookup']);

export function isBoundScope(scope: string): boolean {
  return BOUND_SCOPES.has(scope);
}
