// Compares the routes of Fastify with the inventory. A route that is not in the inventory would have no contract.
import { ContractError, routeKey, type RouteEntry } from '../contract/inventory.js';

/** @throws ContractError with the differences. */
export function refuseStrangers(known: ReadonlySet<string>, routes: readonly RouteEntry[]): void {
  const listed = new Set(routes.map(routeKey));
  const strangers = [...known].filter((key) => !listed.has(key));
  const missing = [...listed].filter((key) => !known.has(key));
  if (strangers.length > 0) throw new ContractError(`Fastify has routes without a contract: ${strangers.join(', ')}`);
  if (missing.length > 0)
    throw new ContractError(`The inventory has routes that Fastify does not have: ${missing.join(', ')}`);
}
