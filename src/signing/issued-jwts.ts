// Signs what this service states, and recognizes it again. Each kind has a type of its own, so that one is never taken for
// another (RFC 8725 §3.11). Times are for the reader to judge, by the Clock.
import { Injectable } from '@nestjs/common';
import jwt from 'jsonwebtoken';
import { readHeader } from './jws-header.policy.js';
import { SigningKeys } from './signing-keys.js';

const MAX_LENGTH = 4_096;

@Injectable()
export class IssuedJwts {
  constructor(private readonly keys: SigningKeys) {}

  /**
   * A compact JWS, ES256, with the claims as they are.
   * @throws Problem `service_unavailable` when no key may sign.
   */
  sign(typ: string, claims: object): string {
    const { kid, privateKey } = this.keys.signer();
    return jwt.sign(claims, privateKey, { algorithm: 'ES256', header: { alg: 'ES256', typ, kid } });
  }

  /** The claims of a token of this type that a published key of ours signed; null for any other text. */
  read(typ: string, token: string): unknown {
    const header = token.length <= MAX_LENGTH ? readHeader(token) : null;
    if (header?.typ !== typ || header.alg !== 'ES256' || header.crit !== undefined) return null;
    const key = this.keys.publicKey(header.kid);
    if (!key) return null;
    try {
      return jwt.verify(token, key, { algorithms: ['ES256'], ignoreExpiration: true, ignoreNotBefore: true });
    } catch {
      return null;
    }
  }
}
