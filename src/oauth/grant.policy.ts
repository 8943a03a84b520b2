/** Which scopes a token gets, and which of them only when it is bound to a key (RFC 9449). Pure. */
import { isBoundScope } from '../contract/scopes.js';

export interface BindingRules {
  readonly isProduction: boolean;
  /** The tenant's own wish, for every scope. */
  readonly boundTokensOnly: boolean;
}

/** True for a scope that a token may hold, and be used with, only when it is bound. */
export function demandsBinding(scope: string, { isProduction, boundTokensOnly }: BindingRules): boolean {
  return boundTokensOnly || (isProduction && isBoundScope(scope));
}

export interface GrantFacts {
  readonly allowed: readonly string[];
  /** The parameter `scope`; none or an empty one asks for all that can be had. */
  readonly wanted: string | undefined;
  readonly isBound: boolean;
  readonly rules: BindingRules;
}

export type GrantDecision =
  | { readonly ok: true; readonly scope: string }
  | { readonly ok: false; readonly reason: 'scope_not_allowed' | 'bound_token_required' };

export function decideGrant({ allowed, wanted, isBound, rules }: GrantFacts): GrantDecision {
  const asked = [...new Set((wanted ?? '').split(' ').filter((scope) => scope !== ''))];
  const isFree = (scope: string) => isBound || !demandsBinding(scope, rules);
  const scopes = asked.length === 0 ? allowed.filter(isFree) : asked;
  if (!scopes.every((scope) => allowed.includes(scope))) return { ok: false, reason: 'scope_not_allowed' };
  // SECURITY(T-06): asked for by name it is refused, not left out: a client that needs it must learn why it did not get it.
  if (scopes.length === 0 || !scopes.every(isFree)) return { ok: false, reason: 'bound_token_required' };
  return { ok: true, scope: scopes.join(' ') };
}
