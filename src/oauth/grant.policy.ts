/** Decides the scopes of a token, and which of them need a bound token (RFC 9449). Pure. */
import { isBoundScope } from '../contract/scopes.js';

export interface BindingRules {
  readonly isProduction: boolean;
  /** The tenant's setting: every scope needs a bound token. */
  readonly boundTokensOnly: boolean;
}

/** True for a scope that needs a bound token, to be granted and to be used. */
export function demandsBinding(scope: string, { isProduction, boundTokensOnly }: BindingRules): boolean {
  return boundTokensOnly || (isProduction && isBoundScope(scope));
}

export interface GrantFacts {
  readonly allowed: readonly string[];
  /** The parameter `scope`. Absent or empty: every scope that can be granted. */
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
  // SECURITY(T-06): a scope that is requested by name is refused, not left out, so that the client learns the reason.
  if (scopes.length === 0 || !scopes.every(isFree)) return { ok: false, reason: 'bound_token_required' };
  return { ok: true, scope: scopes.join(' ') };
}
