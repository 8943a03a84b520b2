// The protocol of the token endpoint: from form parameters and headers to responses of RFC 6749.
import { Injectable } from '@nestjs/common';
import type { Origin } from '../contract/caller.js';
import { ACCESS_TOKEN_SECONDS } from './access-token.policy.js';
import { CLIENT_ASSERTION_TYPE } from './client-assertion.policy.js';
import { presentedCredentials, type PresentedCredentials } from './client-credentials.policy.js';
import type { TokenAnswer, TokenRequest } from './oauth.dto.js';
import { OAuthError } from './oauth.errors.js';
import { TokenIssuer } from './token-issuer.js';

const COMPLAINTS = {
  none: ['invalid_client', 'The request has no client credentials.'],
  several: ['invalid_request', 'The request has more than one kind of client credentials.'],
  unreadable: ['invalid_client', 'The Authorization header is not HTTP Basic.'],
  unknown_assertion: [
    'invalid_client',
    `Send client_assertion together with client_assertion_type ${CLIENT_ASSERTION_TYPE}.`,
  ],
} as const;

export interface TokenHeaders {
  readonly authorization: string | undefined;
  readonly dpop: string | undefined;
}

@Injectable()
export class TokenEndpoint {
  constructor(private readonly issuer: TokenIssuer) {}

  /** @throws OAuthError */
  async answer(origin: Origin, { authorization, dpop }: TokenHeaders, body: TokenRequest): Promise<TokenAnswer> {
    const credentials = credentialsOf(authorization, body);
    if (body.grant_type !== 'client_credentials') {
      throw new OAuthError('unsupported_grant_type', 'The only supported grant is client_credentials.');
    }
    const { token, scope, isBound } = await this.issuer.issue(origin, { credentials, dpop, wanted: body.scope });
    // RFC 9449 §5.
    const type = isBound ? 'DPoP' : 'Bearer';
    return { access_token: token, token_type: type, expires_in: ACCESS_TOKEN_SECONDS, scope };
  }
}

function credentialsOf(authorization: string | undefined, body: TokenRequest): PresentedCredentials {
  // RFC 6749 §3.2: a parameter without a value counts as omitted.
  const presented = presentedCredentials({
    authorization,
    clientId: body.client_id || undefined,
    clientSecret: body.client_secret || undefined,
    assertion: body.client_assertion || undefined,
    assertionType: body.client_assertion_type || undefined,
  });
  if (presented.ok) return presented.credentials;
  const [code, description] = COMPLAINTS[presented.error];
  throw new OAuthError(code, description);
}
