// Issues access tokens (RFC 9068), bound to the client's key if it sent a DPoP proof (RFC 9449 §6).
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock/clock.js';
import { newUuid, toTypeId } from '../platform/crypto/type-id.js';
import { ACCESS_TOKEN_SECONDS, ACCESS_TOKEN_TYPE, type AccessTokenClaims } from './access-token.policy.js';
import { IssuedJwts } from '../signing/issued-jwts.js';
import { ISSUER } from '../signing/issuer.js';

export interface TokenContent {
  readonly tenantId: string;
  readonly clientId: string;
  readonly scope: string;
  /** Thumbprint of the key that the token is bound to; null for a bearer token. */
  readonly boundTo: string | null;
}

@Injectable()
export class AccessTokens {
  constructor(
    private readonly jwts: IssuedJwts,
    private readonly clock: Clock,
    @Inject(ISSUER) private readonly issuer: string,
  ) {}

  /** @throws Problem `service_unavailable` if there is no signing key. */
  make({ tenantId, clientId, scope, boundTo }: TokenContent): string {
    const issuedAt = Math.floor(this.clock.nowMs() / 1_000);
    const client = toTypeId('cli', clientId);
    const claims: AccessTokenClaims = {
      iss: this.issuer,
      aud: this.issuer,
      sub: client,
      client_id: client,
      tenant: toTypeId('ten', tenantId),
      scope,
      iat: issuedAt,
      exp: issuedAt + ACCESS_TOKEN_SECONDS,
      jti: newUuid(this.clock),
      ...(boundTo === null ? {} : { cnf: { jkt: boundTo } }),
    };
    return this.jwts.sign(ACCESS_TOKEN_TYPE, claims);
  }
}
