// What a proof that is made for one request has to name as its address.
import type { FastifyRequest } from 'fastify';

/**
 * SECURITY(T-06): under the issuer's name. The caller chooses `Host`, and with it a proof made for another server would fit.
 * Of the request target in origin or absolute form (RFC 9112 §3.2), as it was sent: the host in the latter is the caller's choice too.
 */
export function addressOf(issuer: string, { originalUrl }: Pick<FastifyRequest, 'originalUrl'>): string {
  const path = originalUrl.replace(/^https?:\/\/[^/]*/i, '');
  const end = path.search(/[?#]/);
  return issuer + (end < 0 ? path : path.slice(0, end));
}
