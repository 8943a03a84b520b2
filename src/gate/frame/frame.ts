// The Fastify instance around Nest. Every refusal, also those that Nest never sees, is a problem with the same headers
// and is rate limited.
import { fastify, type FastifyInstance } from 'fastify';
import type { Socket } from 'node:net';
import type { Settings } from '../../platform/config/settings.js';
import { newRequestId } from '../../platform/crypto/request-id.js';
import { Problem, PROBLEM_MEDIA_TYPE, problemBody } from '../../platform/errors/problem.js';
import type { Log } from '../../platform/logging/log.js';
import { problemOf } from '../errors/problem-of.js';
import { sendProblem } from '../errors/problem.filter.js';
import type { Limits, ThrottleStore } from '../throttle/limits.js';
import { shapeAnswers } from './answers.js';
import { isRoutable, MAX_SEGMENT_LENGTH, UNROUTABLE } from './address-line.js';
import { addBodyParsers } from './body-parsers.js';
import { firstHook, type Hook } from './first-hook.js';
import type { RouteEntry } from '../../contract/inventory.js';

/** The longest request body (docs/limits.md). */
const BODY_LIMIT_BYTES = 16 * 1024;
/** From the first byte of a request, or the start of its connection, to its last byte. */
const REQUEST_TIMEOUT_MS = 10_000;
/** Interval of Node's check for late requests. With its default of 30 s a late request could take 40 s. */
const CHECK_INTERVAL_MS = 500;
/** A refused connection is closed after this time, even if the client has not read the answer. */
const LINGER_MS = 1_000;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

export interface FrameOptions {
  readonly settings: Settings;
  readonly store: ThrottleStore;
  readonly limits: Limits;
  readonly routes: readonly RouteEntry[];
  readonly log: Log;
  /** Only health checks are answered. */
  readonly isClosed: () => boolean;
}

export interface Frame {
  readonly fastify: FastifyInstance;
  /** `METHOD /pattern` of every route of Fastify. */
  readonly known: ReadonlySet<string>;
}

export function buildFrame(options: FrameOptions): Frame {
  const hook = firstHook(options);
  const instance = fastify({
    logger: false,
    requestIdHeader: false,
    genReqId: newRequestId,
    trustProxy: options.settings.TRUSTED_PROXIES.length > 0 ? [...options.settings.TRUSTED_PROXIES] : false,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: MAX_SEGMENT_LENGTH, ignoreTrailingSlash: false, caseSensitive: true },
    // The router would refuse these before any hook, without rate limiting. Rewritten to a URL without a route, they
    // reach the first hook.
    rewriteUrl: ({ url = '/' }) => (isRoutable(url) ? url : UNROUTABLE),
    frameworkErrors: (error, request, reply) => sendProblem(problemOf(error), request, reply),
    clientErrorHandler: refuseUnreadable,
    // Node would refuse a missing Host itself, with an empty answer. The first hook does it instead.
    http: {
      requireHostHeader: false,
      headersTimeout: REQUEST_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_INTERVAL_MS,
    },
  });
  const known = new Set<string>();
  instance.addHook('onRoute', ({ method, url }) => {
    for (const name of [method].flat()) known.add(`${name} ${url}`);
  });
  instance.addHook('onRequest', hook);
  instance.server.on('checkExpectation', (request, response) => instance.server.emit('request', request, response));
  addRequestLog(instance, options.log);
  shapeAnswers(instance, options.routes);
  addBodyParsers(instance);
  return { fastify: instance, known };
}

/** Other methods of a known URL get 405 with `Allow` (RFC 9110 §15.5.6), not 404. */
export function addMethodRefusals(instance: FastifyInstance, routes: readonly RouteEntry[]): void {
  for (const url of new Set(routes.map(({ path }) => path))) {
    const allowed = routes.filter(({ path }) => path === url).map(({ method }) => method);
    const refused = METHODS.filter((method) => !allowed.includes(method));
    const refusal = new Problem('method_not_allowed', { headers: { Allow: allowed.join(', ') } });
    // Before the body is read: its type and size do not matter any more.
    const onRequest: Hook = () => Promise.reject(refusal);
    instance.route({ method: [...refused], url, onRequest, handler: () => Promise.reject(refusal) });
  }
}

/** Input that is not HTTP gets a minimal answer, and the connection is closed. */
function refuseUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const code =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? 'header_too_large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? 'request_timeout'
        : 'malformed_request';
  const problem = new Problem(code);
  const id = newRequestId();
  const body = problemBody(problem, id);
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.code}`,
    `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
    'Cache-Control: no-store',
    `X-Request-Id: ${id}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  // SECURITY(T-11): `end` does not close. A client that keeps sending would keep the connection and its request alive.
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => {
    setTimeout(() => socket.destroy(), code === 'request_timeout' ? 0 : LINGER_MS).unref();
  });
}

function addRequestLog(instance: FastifyInstance, log: Log): void {
  instance.addHook('onResponse', (request, reply, done) => {
    const { id: requestId, method } = request;
    const route = request.routeOptions.url ?? '(none)';
    log.info('request', {
      requestId,
      method,
      route,
      status: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime),
    });
    done();
  });
}
