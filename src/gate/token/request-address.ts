// The URL that a proof for one request must name.
import type { FastifyRequest } from 'fastify';

/**
 * SECURITY(T-06): on the issuer's host. The client chooses `Host`, so a proof made for another server would match.
 * Takes the path of the request target in origin or absolute form (RFC 9112 §3.2), as sent. The host of the absolute
 * form is ignored too.
 */
export function addressOf(issuer: string, { originalUrl }: Pick<FastifyRequest, 'originalUrl'>): string {
  const path = originalUrl.replace(/^https?:\/\/[^/]*/i, '');
  const end = path.search(/[?#]/);
  return issuer + (end < 0 ? path : path.slice(0, end));
}
