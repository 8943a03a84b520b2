// Refuses for want of a scope, in the gate and, where a contract names one of two, behind it.
import { Problem } from '../platform/errors/problem.js';
import type { Caller } from './caller.js';
import type { Scope } from './scopes.js';

/** RFC 6750 §3.1: says which scope would have been enough. */
export function insufficientScope(scope: string): Problem {
  const header = `Bearer realm="countersign", error="insufficient_scope", scope="${scope}"`;
  return new Problem('insufficient_scope', { headers: { 'WWW-Authenticate': header } });
}

/**
 * For a route that opens to one of two scopes and whose body decides which it takes.
 * @throws Problem `insufficient_scope`.
 */
export function demandScope({ scopes }: Caller, scope: Scope): void {
  if (!scopes.has(scope)) throw insufficientScope(scope);
}
