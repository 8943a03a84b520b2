import { Body, Controller, Post } from '@nestjs/common';
import { AuthorizationOf, DpopOf, OriginOf, type Origin } from '../contract/caller.js';
import { RouteContract } from '../contract/route-contract.js';
import { TokenAnswer, TokenRequest } from './oauth.dto.js';
import { TokenEndpoint } from './token-endpoint.js';

@Controller('oauth2')
export class OAuthController {
  constructor(private readonly endpoint: TokenEndpoint) {}

  @Post('token')
  @RouteContract({
    summary: 'Get an access token',
    description:
      'Issues an access token by the client credentials grant (RFC 6749 §4.4). Authenticate with ' +
      '`client_secret_basic`, `client_secret_post` or `private_key_jwt`. The token expires after five ' +
      'minutes. With a proof in the header `DPoP` (RFC 9449) the token is bound to the key of that proof ' +
      'and cannot be used without it. Errors have the form of RFC 6749 §5.2.',
    auth: 'client',
    throttle: 'token-endpoint',
    data: 'credential',
    audit: ['token.issued', 'token.refused'],
    answer: { status: 200, schema: TokenAnswer },
    consumes: 'application/x-www-form-urlencoded',
  })
  token(
    @OriginOf() origin: Origin,
    @AuthorizationOf() authorization: string | undefined,
    @DpopOf() dpop: string | undefined,
    @Body({ schema: TokenRequest }) body: TokenRequest,
  ): Promise<TokenAnswer> {
    return this.endpoint.answer(origin, { authorization, dpop }, body);
  }
}
