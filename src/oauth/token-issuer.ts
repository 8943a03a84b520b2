// The client credentials grant (RFC 6749 §4.4): authenticates a client, validates its DPoP proof, decides its scopes,
// and issues a token. Every refusal of an existing client writes an event with its reason.
import { Inject, Injectable } from '@nestjs/common';
import type { TokenRefusalReason } from '../contract/audit-actions.js';
import type { Origin } from '../contract/caller.js';
import { Clock } from '../platform/clock/clock.js';
import { SETTINGS, type Settings } from '../platform/config/settings.js';
import type { ClientRecord } from '../tenants/clients/client.repository.js';
import { AccessTokens } from './access-tokens.js';
import { ClientAuthentication, type AuthenticatedClient } from './client-authentication.js';
import type { PresentedCredentials } from './client-credentials.policy.js';
import { verifyDpopProof, type VerifiedDpopProof } from './dpop-proof.policy.js';
import { decideGrant, type BindingRules } from './grant.policy.js';
import { ISSUER } from '../signing/issuer.js';
import { OAuthError } from './oauth.errors.js';
import { TokenLedger } from './token-ledger.js';

export interface TokenWish {
  readonly credentials: PresentedCredentials;
  /** The header `DPoP`. */
  readonly dpop: string | undefined;
  /** The parameter `scope`. */
  readonly wanted: string | undefined;
}

export interface IssuedToken {
  readonly token: string;
  readonly scope: string;
  readonly isBound: boolean;
}

interface Given {
  readonly scope: string;
  readonly proof: VerifiedDpopProof | null;
}

@Injectable()
export class TokenIssuer {
  constructor(
    private readonly authentication: ClientAuthentication,
    private readonly tokens: AccessTokens,
    private readonly ledger: TokenLedger,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(ISSUER) private readonly issuer: string,
  ) {}

  /** @throws OAuthError `invalid_client`, `invalid_dpop_proof` or `invalid_scope`. */
  async issue(origin: Origin, wish: TokenWish): Promise<IssuedToken> {
    const authenticated = await this.authentication.authenticate(wish.credentials);
    if (!authenticated) throw refusalFor('wrong_secret');
    const { client } = authenticated;
    const outcome = await this.outcome(authenticated, wish);
    if (typeof outcome === 'string') {
      await this.ledger.record(client, origin, outcome);
      throw refusalFor(outcome);
    }
    const boundTo = outcome.proof?.thumbprint ?? null;
    const content = { tenantId: client.tenantId, clientId: client.id, scope: outcome.scope, boundTo };
    const token = this.tokens.make(content);
    await this.ledger.record(client, origin, null);
    return { token, scope: outcome.scope, isBound: boundTo !== null };
  }

  /** What to grant, or why to refuse. Proof and assertion are used up last. */
  private async outcome(
    { client, reason, assertion }: AuthenticatedClient,
    wish: TokenWish,
  ): Promise<Given | TokenRefusalReason> {
    if (reason !== null) return reason;
    if (assertion && !(await this.ledger.spendAssertion(client, assertion))) return 'client_assertion_replayed';
    const given = this.decide(client, wish);
    if (typeof given === 'string' || !given.proof) return given;
    return (await this.ledger.spendProof(client.tenantId, given.proof)) ? given : 'dpop_proof_replayed';
  }

  private decide(client: ClientRecord, { dpop, wanted }: TokenWish): Given | TokenRefusalReason {
    const proof = dpop === undefined ? null : this.proofIn(dpop);
    if (dpop !== undefined && !proof) return 'dpop_proof_not_valid';
    const grant = decideGrant({
      allowed: client.scopes,
      wanted,
      isBound: proof !== null,
      rules: this.rulesFor(client),
    });
    return grant.ok ? { scope: grant.scope, proof } : grant.reason;
  }

  private proofIn(dpop: string): VerifiedDpopProof | null {
    return verifyDpopProof(dpop, { method: 'POST', url: `${this.issuer}/oauth2/token`, nowMs: this.clock.nowMs() });
  }

  private rulesFor({ tenant }: ClientRecord): BindingRules {
    return { isProduction: this.settings.NODE_ENV === 'production', boundTokensOnly: tenant.boundTokensOnly };
  }
}

// SECURITY(T-06): one response for every fault of a client's credentials. The event holds the reason.
function refusalFor(reason: TokenRefusalReason): OAuthError {
  switch (reason) {
    case 'scope_not_allowed':
      return new OAuthError('invalid_scope', 'The client does not have every requested scope.');
    case 'bound_token_required':
      return new OAuthError('invalid_scope', 'A requested scope is granted to bound tokens only: send a DPoP proof.');
    case 'dpop_proof_not_valid':
    case 'dpop_proof_replayed':
      return new OAuthError(
        'invalid_dpop_proof',
        'The DPoP proof was made for another request, has expired, or was already used.',
      );
    default:
      return new OAuthError('invalid_client', 'The client is unknown or suspended, or its credentials are wrong.');
  }
}
