import { Module } from '@nestjs/common';
import { ClientRepository } from './clients/client.repository.js';
import { ClientService } from './clients/client.service.js';
import { Suspensions } from './clients/suspensions.js';
import { Idempotency } from './idempotency/idempotency.js';
import { IdempotencyRepository } from './idempotency/idempotency.repository.js';
import { TenantSettingsRepository } from './settings/tenant-settings.repository.js';
import { TenantSettingsService } from './settings/tenant-settings.service.js';
import { IssuedJwts } from './tokens/issued-jwts.js';
import { Metadata } from './tokens/metadata.js';
import { MetadataController } from './tokens/metadata.controller.js';
import { OAuthController } from './tokens/oauth.controller.js';
import { SigningKeyRepository } from './tokens/signing-key.repository.js';
import { SigningKeys } from './tokens/signing-keys.js';
import { TokenEndpoint } from './tokens/token-endpoint.js';
import { TokenIssuer } from './tokens/token-issuer.js';

@Module({
  controllers: [OAuthController, MetadataController],
  providers: [
    ClientRepository,
    ClientService,
    Suspensions,
    TenantSettingsRepository,
    TenantSettingsService,
    IdempotencyRepository,
    Idempotency,
    SigningKeyRepository,
    SigningKeys,
    IssuedJwts,
    TokenIssuer,
    TokenEndpoint,
    Metadata,
  ],
  exports: [ClientService, Idempotency, IssuedJwts, SigningKeys, Suspensions, TenantSettingsService],
})
export class TenantsModule {}
