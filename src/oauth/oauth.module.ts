// The token endpoint: client authentication, access tokens, DPoP, metadata, suspensions.
import { Module } from '@nestjs/common';
import { AbuseModule } from '../abuse/abuse.module.js';
import { SigningModule } from '../signing/signing.module.js';
import { TenantsModule } from '../tenants/tenants.module.js';
import { AccessTokens } from './access-tokens.js';
import { BoundTenants } from './bound-tenants.js';
import { ClientAuthentication } from './client-authentication.js';
import { Metadata } from './metadata.js';
import { MetadataController } from './metadata.controller.js';
import { OAuthController } from './oauth.controller.js';
import { ProofJtiRepository } from './proof-jti.repository.js';
import { Suspensions } from './suspensions.js';
import { TokenEndpoint } from './token-endpoint.js';
import { TokenIssuer } from './token-issuer.js';
import { TokenLedger } from './token-ledger.js';

@Module({
  imports: [AbuseModule, SigningModule, TenantsModule],
  controllers: [OAuthController, MetadataController],
  providers: [
    AccessTokens,
    BoundTenants,
    ClientAuthentication,
    Metadata,
    ProofJtiRepository,
    Suspensions,
    TokenEndpoint,
    TokenIssuer,
    TokenLedger,
  ],
  exports: [BoundTenants, Suspensions, TokenLedger],
})
export class OAuthModule {}
