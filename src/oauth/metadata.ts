import { Inject, Injectable } from '@nestjs/common';
import { ALL_SCOPES } from '../contract/scopes.js';
import { HOLDER_ALGORITHMS } from '../platform/crypto/public-jwk.js';
import { ISSUER } from '../signing/issuer.js';
import type { Jwks, ServerMetadata } from './oauth.dto.js';
import { SigningKeys } from '../signing/signing-keys.js';

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
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
      token_endpoint_auth_signing_alg_values_supported: [...HOLDER_ALGORITHMS],
      dpop_signing_alg_values_supported: [...HOLDER_ALGORITHMS],
    };
  }

  jwks(): Jwks {
    return this.keys.jwks();
  }
}
