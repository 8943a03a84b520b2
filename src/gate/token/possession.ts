// Whether the caller holds the key of a bound token (RFC 9449 §7.1), and whether the token may be unbound.
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../../platform/clock/clock.js';
import { SETTINGS, type Settings } from '../../platform/config/settings.js';
import { sha256Text } from '../../platform/crypto/digest.js';
import { Problem } from '../../platform/errors/problem.js';
import { BoundTenants } from '../../oauth/bound-tenants.js';
import type { ValidToken } from '../../oauth/access-token.policy.js';
import { verifyDpopProof, type VerifiedDpopProof } from '../../oauth/dpop-proof.policy.js';
import { demandsBinding } from '../../oauth/grant.policy.js';
import { ISSUER } from '../../signing/issuer.js';
import { invalidProof, invalidToken } from './www-authenticate.js';
import type { PresentedToken } from './presented-token.js';
import { addressOf } from './request-address.js';

/** Result of the gate: the proof that has to be used up. Null for a token without one; undefined before the check. */
export interface ProvenRequest {
  provenBy?: VerifiedDpopProof | null;
}

type RequestParts = Pick<FastifyRequest, 'method' | 'originalUrl' | 'headers'>;

@Injectable()
export class Possession {
  constructor(
    private readonly boundTenants: BoundTenants,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(ISSUER) private readonly issuer: string,
  ) {}

  /** @throws Problem `invalid_token` or `invalid_dpop_proof`. */
  proven(request: RequestParts, { scheme, token }: PresentedToken, validToken: ValidToken): VerifiedDpopProof | null {
    const { boundTo } = validToken;
    // SECURITY(T-06): a stolen token: a bound one sent as Bearer, or an unbound one where binding is required.
    if (boundTo === null && this.mustBeBound(validToken)) throw invalidToken('dpop');
    if ((boundTo === null) !== (scheme === 'bearer')) throw invalidToken('dpop');
    if (boundTo === null) return null;
    const proof = verifyDpopProof(headerOf(request), {
      method: request.method,
      url: addressOf(this.issuer, request),
      nowMs: this.clock.nowMs(),
      thumbprint: boundTo,
      tokenHash: sha256Text(token),
    });
    if (!proof) throw invalidProof();
    return proof;
  }

  /** @throws Problem `service_unavailable` if this instance may have missed a change of the tenant's setting. */
  private mustBeBound({ caller }: ValidToken): boolean {
    if (!this.boundTenants.isFresh()) throw new Problem('service_unavailable');
    const boundTokensOnly = this.boundTenants.has(caller.tenantId);
    const rules = { isProduction: this.settings.NODE_ENV === 'production', boundTokensOnly };
    return [...caller.scopes].some((scope) => demandsBinding(scope, rules));
  }
}

/** Node joins two DPoP headers into one text, which is not a valid proof. */
function headerOf({ headers }: RequestParts): string | undefined {
  const { dpop } = headers;
  return typeof dpop === 'string' ? dpop : undefined;
}
