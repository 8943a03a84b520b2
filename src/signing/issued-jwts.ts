// Signs the JWTs of this service, and verifies them again. Each kind has its own `typ`, so that none can be taken for
// another (RFC 8725 §3.11). The reader checks the times by the Clock.
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { isSignedBy, readJws, signJws } from '../platform/crypto/compact-jws.js';
import { SigningKeys } from './signing-keys.js';

// SECURITY(T-06): exactly the header that `sign` writes. A `crit`, `jku` or `jwk` is not ours.
const Header = z.strictObject({ alg: z.literal('ES256'), typ: z.string(), kid: z.string().max(128) });

@Injectable()
export class IssuedJwts {
  constructor(private readonly keys: SigningKeys) {}

  /**
   * A compact JWS, ES256, with these claims.
   * @throws Problem `service_unavailable` if there is no signing key.
   */
  sign(typ: string, claims: object): string {
    const { kid, privateKey } = this.keys.signer();
    return signJws({ typ, kid }, claims, privateKey);
  }

  /** The claims of a JWT of this type, signed by a published key of this service. Null for any other text. */
  read(typ: string, token: string): unknown {
    const jws = readJws(token);
    const header = Header.safeParse(jws?.header).data;
    if (!jws || header?.typ !== typ) return null;
    const publicKey = this.keys.publicKey(header.kid);
    return publicKey && isSignedBy(jws, { alg: 'ES256', publicKey }) ? jws.claims : null;
  }
}
