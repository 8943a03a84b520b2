// The first hook, for every request that Fastify reads: headers, and the throttle of the address. It runs before the
// body is read, and also for URLs without a route.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readIdempotencyKey } from '../../contract/idempotency-key.js';
import { routeKey, type RouteEntry } from '../../contract/inventory.js';
import { Problem } from '../../platform/errors/problem.js';
import { refuseUnroutable } from './address-line.js';
import { countedAddress } from '../../platform/network/counted-address.js';
import { setLimitHeaders, WINDOW_SECONDS, type Limits, type ThrottleStore } from '../throttle/limits.js';

const HEADERS = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  // ASVS 5.0 3.4.1: at least a year. Browsers ignore it on plain http.
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
} as const;

export interface FirstHookOptions {
  readonly store: ThrottleStore;
  readonly limits: Limits;
  readonly routes: readonly RouteEntry[];
  readonly isClosed: () => boolean;
}

// The routes of health checks. They do not depend on the data in the database.
const ABOUT_HEALTH = /^GET \/health\/(live|ready)$/;

export type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

export function firstHook({ store, limits, routes, isClosed }: FirstHookOptions): Hook {
  const byKey = new Map(routes.map((route) => [routeKey(route), route]));
  const count = async (name: keyof Limits, request: FastifyRequest, reply: FastifyReply) => {
    const who = `${name}:${countedAddress(request.ip)}`;
    const record = await store.increment(who, WINDOW_SECONDS * 1_000, limits[name]);
    setLimitHeaders(reply, { name, record });
    if (record.isBlocked)
      throw new Problem('too_many_requests', { headers: { 'Retry-After': String(record.timeToExpire) } });
  };
  return async (request, reply) => {
    reply.headers({ ...HEADERS, 'X-Request-Id': request.id });
    const key = `${request.method} ${request.routeOptions.url ?? ''}`;
    // SECURITY(T-49): a database that is older than before would accept used codes and unlock locked users.
    if (isClosed() && !ABOUT_HEALTH.test(key)) throw new Problem('service_unavailable');
    const route = byKey.get(key);
    await count('address', request, reply);
    if (route?.contract.throttle === 'token-endpoint') await count('token-endpoint', request, reply);
    refuseUnroutable(request.originalUrl);
    refuseBadHead(request);
    if (route) refuseUndeclared(request, route);
  };
}

/** A body, query or key that the contract does not name is refused, not ignored. */
function refuseUndeclared(request: FastifyRequest, { contract, takesQuery }: RouteEntry): void {
  if (!takesQuery && request.url.includes('?')) throw unknownHere('query');
  refuseBadKey(request, contract.idempotent === true);
  if (contract.consumes === undefined && hasBody(request)) throw unknownHere('body');
  if (contract.consumes !== undefined && !isReadable(request, contract.consumes))
    throw new Problem('unsupported_media_type');
}

function refuseBadKey({ headers }: FastifyRequest, isIdempotent: boolean): void {
  const key = headers['idempotency-key'];
  if (key === undefined) return;
  if (!isIdempotent) throw unknownHere('Idempotency-Key');
  if (typeof key !== 'string' || readIdempotencyKey(key) === null)
    throw new Problem('malformed_request', {
      detail: 'An Idempotency-Key has 1 to 128 characters of A-Z a-z 0-9 . _ ~ -, with or without quotation marks.',
    });
}

// RFC 9112 §3.2: exactly one Host. RFC 9110 §10.1.1: an expectation that cannot be met gets 417.
function refuseBadHead({ raw, headers }: FastifyRequest): void {
  const hosts = raw.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  if (hosts.length !== 1) throw new Problem('malformed_request', { detail: 'Send exactly one Host header.' });
  const { expect } = headers;
  if (expect !== undefined && expect.toLowerCase() !== '100-continue') throw new Problem('expectation_failed');
}

function unknownHere(what: string): Problem {
  return new Problem('malformed_request', { detail: `This route accepts no ${what}.` });
}

/** Checks the content type, and refuses compressed bodies. */
function isReadable({ headers }: FastifyRequest, consumes: string): boolean {
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  return type.trim().toLowerCase() === consumes && (headers['content-encoding'] ?? 'identity') === 'identity';
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
