// Verifies an access token. passport-jwt checks signature, issuer, audience and algorithm. This adds type, key id,
// critical headers, and the times by our Clock.
import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-jwt';
import { Clock } from '../../platform/clock/clock.js';
import type { KeyObject } from '../../platform/crypto/signing-key.js';
import { ACCESS_TOKEN_TYPE, validateClaims, type ValidToken } from '../../oauth/access-token.policy.js';
import { ISSUER } from '../../signing/issuer.js';
import { SigningKeys } from '../../signing/signing-keys.js';
import { readHeader } from '../../signing/jws-header.policy.js';
import { presentedToken, type TokenHeaders } from './presented-token.js';

export const ACCESS_TOKEN_STRATEGY = 'access-token';
const MAX_TOKEN_LENGTH = 4_096;

@Injectable()
export class AccessTokenStrategy extends PassportStrategy(Strategy, ACCESS_TOKEN_STRATEGY) {
  constructor(
    keys: SigningKeys,
    private readonly clock: Clock,
    @Inject(ISSUER) private readonly issuer: string,
  ) {
    super({
      jwtFromRequest: (request: TokenHeaders) => presentedToken(request)?.token ?? null,
      algorithms: ['ES256'],
      issuer,
      audience: issuer,
      // The library reads the machine's clock once; the times are checked below.
      ignoreExpiration: true,
      secretOrKeyProvider: (_request: unknown, token: string, done: (error: unknown, key?: string) => void) => {
        const key = keyFor(token, keys);
        // The types allow PEM text only. A KeyObject is passed on to node:crypto and saves parsing at every request.
        if (key) done(null, key as unknown as string);
        else done(new Error('no key of this service signed this'));
      },
    });
  }

  validate(claims: unknown): ValidToken | false {
    return validateClaims({ claims, issuer: this.issuer, nowMs: this.clock.nowMs() }) ?? false;
  }
}

// SECURITY(T-06): the key is chosen from our own list only. `jku`, `jwk` and `x5u` of a token are ignored. An unknown
// `crit` is refused (RFC 7515 §4.1.11). Other JWTs of this service are refused by their type (RFC 8725 §3.11).
function keyFor(token: string, keys: SigningKeys): KeyObject | undefined {
  const header = token.length <= MAX_TOKEN_LENGTH ? readHeader(token) : null;
  if (header?.typ !== ACCESS_TOKEN_TYPE || header.alg !== 'ES256' || header.crit !== undefined) return undefined;
  return keys.publicKey(header.kid);
}
