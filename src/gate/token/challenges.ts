// How a caller is told what would be accepted: `WWW-Authenticate` as RFC 6750 §3 and RFC 9449 §7.1 have it.
import { HOLDER_ALGORITHMS } from '../../platform/crypto/holder-key.js';
import { Problem } from '../../platform/errors/problem.js';
import type { TokenScheme } from './presented-token.js';

const START: Readonly<Record<TokenScheme, string>> = {
  bearer: 'Bearer realm="countersign"',
  dpop: `DPoP algs="${HOLDER_ALGORITHMS.join(' ')}"`,
};

/** RFC 6750 §3: no error code where no token was sent, and both schemes are named. */
export function challenge(tried: TokenScheme | null): Problem {
  if (tried !== null) return invalidToken(tried);
  return new Problem('invalid_token', { headers: { 'WWW-Authenticate': `${START.bearer}, ${START.dpop}` } });
}

export function invalidToken(scheme: TokenScheme): Problem {
  return new Problem('invalid_token', { headers: { 'WWW-Authenticate': `${START[scheme]}, error="invalid_token"` } });
}

export function invalidProof(): Problem {
  const header = `${START.dpop}, error="invalid_dpop_proof"`;
  return new Problem('invalid_dpop_proof', { headers: { 'WWW-Authenticate': header } });
}

/** RFC 6750 §3.1. */
export function insufficientScope(scheme: TokenScheme, scope: string): Problem {
  const header = `${START[scheme]}, error="insufficient_scope", scope="${scope}"`;
  return new Problem('insufficient_scope', { headers: { 'WWW-Authenticate': header } });
}
