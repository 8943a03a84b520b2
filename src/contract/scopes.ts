// What a client may be allowed to do. Adding a scope? Also: BOUND_SCOPES below, docs/glossary.md and the route contracts that
// demand it.
export const SCOPES = {
  'factors:read': "List a user's factors and whether a second factor is required of them.",
  'factors:write': 'Enrol, confirm and remove factors; recover by a code.',
  verify: 'Verify codes, and open and answer challenges.',
  'devices:read': "List a user's devices.",
  'devices:write': 'Register, confirm and remove devices.',
  'phones:write': "Enrol, confirm, list and remove a user's phones.",
  'phones:blind': 'Begin and answer blind look-ups of phone numbers.',
  'phones:match': 'Ask whether a phone number is that of one user.',
  'phones:lookup': 'Ask whether a phone number is registered, where the tenant has turned that on.',
  'audit:read': "Read the tenant's audit events, which hold the reason of each refusal.",
  'webhooks:write': 'Say where the tenant is told of alerts.',
  'tenant:admin': 'Unlock a user whose codes were stopped; ask for a reset, or approve one.',
} as const;

export type Scope = keyof typeof SCOPES;

export const ALL_SCOPES = Object.keys(SCOPES) as Scope[];

/** Of the demo client: what answers about any number is not tried out by accident. */
export const DEMO_SCOPES = ALL_SCOPES.filter((scope) => scope !== 'phones:lookup');

export function isScope(text: string): text is Scope {
  return Object.hasOwn(SCOPES, text);
}

/**
 * What a client that tries lists of numbers loses. Blind look-ups are not among them: they answer nobody but the person who holds the
 * phone, and people sign in by them.
 */
const LOOK_UP_SCOPES: ReadonlySet<string> = new Set<Scope>(['phones:match', 'phones:lookup']);

export function isLookUpScope(scope: string): boolean {
  return LOOK_UP_SCOPES.has(scope);
}

/** What is worth stealing a token for. In production these are given to bound tokens only (RFC 9449). */
const BOUND_SCOPES: ReadonlySet<string> = new Set<Scope>(['tenant:admin', 'phones:match', 'phones:lookup']);

export function isBoundScope(scope: string): boolean {
  return BOUND_SCOPES.has(scope);
}
