// Tells the client which credentials are accepted: `WWW-Authenticate` of RFC 6750 §3 and RFC 9449 §7.1.
import { AUTHENTICATION_SCHEMES, DEVICE_SCHEME, type TokenScheme } from '../../contract/authentication-schemes.js';
import { Problem } from '../../platform/errors/problem.js';

/** RFC 6750 §3: without a token there is no error code, and both schemes are named. */
export function challenge(tried: TokenScheme | null): Problem {
  if (tried !== null) return invalidToken(tried);
  return new Problem('invalid_token', {
    headers: { 'WWW-Authenticate': `${AUTHENTICATION_SCHEMES.bearer}, ${AUTHENTICATION_SCHEMES.dpop}` },
  });
}

export function invalidToken(scheme: TokenScheme): Problem {
  return new Problem('invalid_token', {
    headers: { 'WWW-Authenticate': `${AUTHENTICATION_SCHEMES[scheme]}, error="invalid_token"` },
  });
}

export function invalidProof(): Problem {
  const header = `${AUTHENTICATION_SCHEMES.dpop}, error="invalid_dpop_proof"`;
  return new Problem('invalid_dpop_proof', { headers: { 'WWW-Authenticate': header } });
}

export function invalidDeviceProof(): Problem {
  return new Problem('invalid_device_proof', { headers: { 'WWW-Authenticate': DEVICE_SCHEME } });
}
