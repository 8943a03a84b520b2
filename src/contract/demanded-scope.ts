import { Problem } from '../platform/errors/problem.js';
import type { Caller } from './caller.js';
import type { Scope } from './scopes.js';

/**
 * For a route that opens to one of two scopes, and whose body decides which it takes.
 * @throws Problem `insufficient_scope`.
 */
export function demandScope({ scopes }: Caller, scope: Scope): void {
  if (!scopes.has(scope)) throw new Problem('insufficient_scope', { missingScope: scope });
}
