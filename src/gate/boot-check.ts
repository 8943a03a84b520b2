// Compares what Fastify routes with what the inventory lists. A route that came in another way would have no contract.
import { ContractError, routeKey, type RouteEntry } from '../contract/inventory.js';

/** @throws ContractError naming the strangers. */
export function refuseStrangers(known: ReadonlySet<string>, routes: readonly RouteEntry[]): void {
  const listed = new Set(routes.map(routeKey));
  const strangers = [...known].filter((key) => !listed.has(key));
  const missing = [...listed].filter((key) => !known.has(key));
  if (strangers.length > 0) throw new ContractError(`Fastify routes what no contract covers: ${strangers.join(', ')}`);
  if (missing.length > 0)
    throw new ContractError(`The inventory lists what Fastify does not route: ${missing.join(', ')}`);
}
