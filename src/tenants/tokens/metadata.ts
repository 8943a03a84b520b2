import { Inject, Injectable } from '@nestjs/common';
import { ALL_SCOPES } from '../../contract/scopes.js';
import { ISSUER } from './issuer.js';
import type { Jwks, ServerMetadata } from './oauth.dto.js';
import { SigningKeys } from './signing-keys.js';

@Injectable()
export class Metadata {
  constructor(
    private readonly keys: SigningKeys,
    @Inject(ISSUER) private readonly issuer: string,
  ) {}

  server(): ServerMetadata {
    return {
      issuer: this.issuer,
      token_endpoint: `${this.issuer}/oauth2/token`,
      jwks_uri: `${this.issuer}/.well-known/jwks.json`,
      scopes_supported: ALL_SCOPES,
      response_types_supported: [],
      grant_types_supported: ['client_credentials'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    };
  }

  jwks(): Jwks {
    return this.keys.jwks();
  }
}
