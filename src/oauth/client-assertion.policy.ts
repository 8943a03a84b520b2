/**
 * Validates a client assertion (RFC 7523 §3, with the audience rule of its revision draft-ietf-oauth-rfc7523bis): a JWT
 * that a client signs to authenticate. Pure. The database makes sure that it is used once.
 */
import { z } from 'zod';
import { readJws, type ReadJws } from '../platform/crypto/compact-jws.js';
import { HOLDER_ALGORITHMS } from '../platform/crypto/public-jwk.js';
import { fromTypeId } from '../platform/crypto/type-id.js';

/** RFC 7523 §2.2. */
export const CLIENT_ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** Seconds that `exp` may lie in the future. */
export const CLIENT_ASSERTION_SECONDS = 300;
/** Seconds by which the client's clock may be ahead of ours (FAPI 2.0 §5.3.2.1: 10 at least, no more than 60). */
const SKEW_SECONDS = 10;

// RFC 8725 §3.11: a JWT of another kind, such as a DPoP proof of the same key, has another `typ`.
const Header = z.object({
  alg: z.enum(HOLDER_ALGORITHMS),
  typ: z.enum(['JWT', 'client-authentication+jwt']).optional(),
  crit: z.undefined().optional(),
});

const Claims = z.object({
  iss: z.string(),
  sub: z.string(),
  aud: z.string(),
  exp: z.number(),
  jti: z.string().min(1).max(256),
  nbf: z.number().optional(),
  iat: z.number().optional(),
});

export interface ReadClientAssertion {
  readonly jws: ReadJws;
  /** UUID of the client that it names. */
  readonly clientId: string;
}

/** Null if it names no client, or another one than the `client_id` beside it (RFC 7521 §4.2). */
export function readClientAssertion(text: string, clientId: string | undefined): ReadClientAssertion | null {
  const jws = readJws(text);
  const sub = jws?.claims['sub'];
  if (!jws || typeof sub !== 'string' || (clientId !== undefined && clientId !== sub)) return null;
  const id = fromTypeId('cli', sub);
  return id === null ? null : { jws, clientId: id };
}

export interface ValidClientAssertion {
  readonly jti: string;
  readonly expiresAtMs: number;
}

/** Null for every reason to refuse its claims. The signature is checked separately. */
export function validateClientAssertion(
  { header, claims }: ReadJws,
  { issuer, nowMs }: { readonly issuer: string; readonly nowMs: number },
): ValidClientAssertion | null {
  const parsed = Claims.safeParse(claims);
  if (!Header.safeParse(header).success || !parsed.success) return null;
  const { iss, sub, aud, jti, exp } = parsed.data;
  // SECURITY(T-06): the only audience is the issuer. A malicious server can lie about its token endpoint. If the
  // endpoint or a list were accepted, an assertion for that server would be valid here (rfc7523bis §4).
  const isForUs = aud === issuer && iss === sub;
  return isForUs && isInTime(parsed.data, nowMs / 1_000) ? { jti, expiresAtMs: exp * 1_000 } : null;
}

function isInTime({ exp, nbf = 0, iat = 0 }: z.infer<typeof Claims>, seconds: number): boolean {
  const hasBegun = Math.max(nbf, iat) - SKEW_SECONDS <= seconds;
  return hasBegun && seconds < exp && exp <= seconds + CLIENT_ASSERTION_SECONDS + SKEW_SECONDS;
}
