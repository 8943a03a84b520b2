// The protocol side of the token endpoint: from form parameters to RFC 6749 answers.
import { Injectable } from '@nestjs/common';
import type { Origin } from '../../contract/caller.js';
import { ACCESS_TOKEN_SECONDS } from './access-token.policy.js';
import { presentedCredentials, type PresentedCredentials } from './client-credentials.policy.js';
import type { TokenAnswer, TokenRequest } from './oauth.dto.js';
import { OAuthError } from './oauth.errors.js';
import { TokenIssuer } from './token-issuer.js';

const COMPLAINTS = {
  none: ['invalid_client', 'No client credentials were sent.'],
  several: ['invalid_request', 'More than one kind of client credentials was sent.'],
  unreadable: ['invalid_client', 'The Authorization header is not HTTP Basic.'],
} as const;

@Injectable()
export class TokenEndpoint {
  constructor(private readonly issuer: TokenIssuer) {}

  /** @throws OAuthError */
  async answer(origin: Origin, authorization: string | undefined, body: TokenRequest): Promise<TokenAnswer> {
    const credentials = credentialsOf(authorization, body);
    if (body.grant_type !== 'client_credentials') {
      throw new OAuthError('unsupported_grant_type', 'The only grant is client_credentials.');
    }
    const { token, scope } = await this.issuer.issue(credentials, body.scope, origin);
    return { access_token: token, token_type: 'Bearer', expires_in: ACCESS_TOKEN_SECONDS, scope };
  }
}

function credentialsOf(authorization: string | undefined, body: TokenRequest): PresentedCredentials {
  // RFC 6749 §3.2: a parameter without a value counts as omitted.
  const facts = { authorization, clientId: body.client_id || undefined, clientSecret: body.client_secret || undefined };
  const presented = presentedCredentials(facts);
  if (presented.ok) return presented.credentials;
  const [code, description] = COMPLAINTS[presented.error];
  throw new OAuthError(code, description);
}
