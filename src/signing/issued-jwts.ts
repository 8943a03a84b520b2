// Signs the JWTs of this service, and verifies them again. Each kind has its own `typ`, so that none can be taken for
// another (RFC 8725 §3.11). The reader checks the times by the Clock.
import { Injectable } from '@nestjs/common';
import jwt from 'jsonwebtoken';
import { readHeader } from './jws-header.policy.js';
import { SigningKeys } from './signing-keys.js';

const MAX_LENGTH = 4_096;

@Injectable()
export class IssuedJwts {
  constructor(private readonly keys: SigningKeys) {}

  /**
   * A compact JWS, ES256, with these claims.
   * @throws Problem `service_unavailable` if there is no signing key.
   */
  sign(typ: string, claims: object): string {
    const { kid, privateKey } = this.keys.signer();
    return jwt.sign(claims, privateKey, { algorithm: 'ES256', header: { alg: 'ES256', typ, kid } });
  }

  /** The claims of a JWT of this type, signed by a published key of this service. Null for any other text. */
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
