// What a client may be allowed to do. Adding a scope? Also: BOUND_SCOPES below, docs/glossary.md and the route contracts that
// demand it.
export const SCOPES = {
  'factors:read': "List a user's factors and whether a second factor is required of them.",
  'factors:write': 'Enrol, confirm and remove factors; recover by a code.',
  verify: 'Verify codes, and open and answer challenges.',
  'devices:read': "List a user's devices.",
  'devices:write': 'Register, confirm and remove devices.',
  'audit:read': "Read the tenant's audit events, which hold the reason of each refusal.",
  'tenant:admin': 'Unlock a user whose codes were stopped; ask for a reset, or approve one.',
} as const;

export type Scope = keyof typeof SCOPES;

export const ALL_SCOPES = Object.keys(SCOPES) as Scope[];

export function isScope(text: string): text is Scope {
  return Object.hasOwn(SCOPES, text);
}

/** What is worth stealing a token for. In production these are given to bound tokens only (RFC 9449). */
const BOUND_SCOPES: ReadonlySet<string> = new Set<Scope>(['tenant:admin']);

export function isBoundScope(scope: string): boolean {
  return BOUND_SCOPES.has(scope);
}
