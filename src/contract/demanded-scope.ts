// Refuses for want of a scope, in the gate and, where a contract names one of two, behind it.
import { Problem } from '../platform/errors/problem.js';
import type { Caller } from './caller.js';
import { AUTHENTICATION_SCHEMES } from './authentication-schemes.js';
import type { Scope } from './scopes.js';

/** RFC 6750 §3.1: says which scope would have been enough; by the scheme that the token came with. */
export function insufficientScope(caller: Caller | null, scope: string): Problem {
  const scheme = AUTHENTICATION_SCHEMES[caller?.isBound ? 'dpop' : 'bearer'];
  const header = `${scheme}, error="insufficient_scope", scope="${scope}"`;
  return new Problem('insufficient_scope', { headers: { 'WWW-Authenticate': header } });
}

/**
 * For a route that opens to one of two scopes and whose body decides which it takes.
 * @throws Problem `insufficient_scope`.
 */
export function demandScope(caller: Caller, scope: Scope): void {
  if (!caller.scopes.has(scope)) throw insufficientScope(caller, scope);
}
