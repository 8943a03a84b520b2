// The routes of the built service, from its own inventory, each with a request that its schemas accept. A new route is
// attacked without a change to the specs.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Wish } from './api.js';

export interface Route {
  readonly method: string;
  readonly path: string;
  readonly controller: string;
  readonly handler: string;
  readonly auth: 'token' | 'device' | 'client' | 'ticket' | 'none';
  readonly scope?: string;
  /** Opens the gate too. */
  readonly orScope?: string;
  readonly stepUp?: string;
  /** How a query about the user in the path is counted. */
  readonly userQuery?: 'counted' | 'stoppable' | 'logged' | 'needs_id';
  readonly throttle: 'client' | 'device' | 'token-endpoint' | 'address';
  readonly consumes?: string;
  readonly status: number;
  /** The first published example of each path parameter. */
  readonly params: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Every route; public ones as listed in the code. */
export function inventory(): { routes: Route[]; publicRoutes: string[] } {
  const script = join(process.cwd(), 'test/support/print-inventory.mjs');
  const text = execFileSync(process.execPath, [script], { encoding: 'utf8' });
  return JSON.parse(text) as { routes: Route[]; publicRoutes: string[] };
}

export function nameOf({ method, path }: Route): string {
  return `${method} ${path}`;
}

/** A request of the route that its schemas accept; `params` replace the examples. */
export function requestOf(route: Route, params: Readonly<Record<string, string>> = {}): Wish {
  const known = { ...route.params, ...params };
  const path = route.path.replaceAll(/:(\w+)/g, (_all, name: string) => known[name] ?? `no-example-of-${name}`);
  if (route.consumes === undefined) return { method: route.method, path };
  if (route.consumes === 'application/json') return { method: route.method, path, body: route.body ?? {} };
  const raw = new URLSearchParams(route.body as Record<string, string>).toString();
  return { method: route.method, path, raw, headers: { 'content-type': route.consumes } };
}
