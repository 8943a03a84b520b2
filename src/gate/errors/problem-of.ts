// Turns any thrown error, of the service, Nest, Fastify or the database, into one problem of the closed list.
import { HttpException } from '@nestjs/common';
import { HashingBusy } from '../../platform/crypto/password-hash.js';
import { SealBroken } from '../../platform/crypto/sealer.js';
import { isDatabaseOutage } from '../../platform/database/outage.js';
import { Problem, type ProblemCode } from '../../platform/errors/problem.js';

const BY_STATUS: Readonly<Record<number, ProblemCode>> = {
  400: 'malformed_request',
  401: 'invalid_token',
  403: 'insufficient_scope',
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'request_timeout',
  413: 'content_too_large',
  414: 'uri_too_long',
  415: 'unsupported_media_type',
  429: 'too_many_requests',
  431: 'header_too_large',
  503: 'service_unavailable',
};

export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  // a key ring that cannot open a row gives a 503.
  if (error instanceof SealBroken || isDatabaseOutage(error))
    return new Problem('service_unavailable', { cause: error });
  if (error instanceof HashingBusy)
    return new Problem('service_unavailable', { cause: error, headers: { 'Retry-After': '1' } });
  const code = BY_STATUS[statusOf(error)] ?? 'internal_error';
  return new Problem(code, { cause: error });
}

function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  // Fastify's own errors carry their status. A status on any other error is ignored.
  const { statusCode, code } = (error ?? {}) as { statusCode?: unknown; code?: unknown };
  const isFastify = typeof code === 'string' && code.startsWith('FST_');
  if (isFastify && typeof statusCode === 'number') return statusCode;
  // Its JSON parser throws a SyntaxError with a status and no code.
  return error instanceof SyntaxError && statusCode === 400 ? 400 : 500;
}
