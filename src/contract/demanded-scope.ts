// Refuses a request whose token lacks the scope. Used by the gate, and by routes whose contract names two scopes.
import { Problem } from '../platform/errors/problem.js';
import type { Caller } from './caller.js';
import { AUTHENTICATION_SCHEMES } from './authentication-schemes.js';
import type { Scope } from './scopes.js';

/** RFC 6750 §3.1: names the scope that is needed, under the scheme of the token. */
export function insufficientScope(caller: Caller | null, scope: string): Problem {
  const scheme = AUTHENTICATION_SCHEMES[caller?.isBound ? 'dpop' : 'bearer'];
  const header = `${scheme}, error="insufficient_scope", scope="${scope}"`;
  return new Problem('insufficient_scope', { headers: { 'WWW-Authenticate': header } });
}

/**
 * For a route with two scopes whose body decides which one is needed.
 * @throws Problem `insufficient_scope`.
 */
export function demandScope(caller: Caller, scope: Scope): void {
  if (!caller.scopes.has(scope)) throw insufficientScope(caller, scope);
}
