import { Module } from '@nestjs/common';
import { AbuseModule } from '../abuse/abuse.module.js';
import { AppMinimumRepository } from './apps/app-minimum.repository.js';
import { AppMinimumService } from './apps/app-minimum.service.js';
import { BoundClients } from './clients/bound-clients.js';
import { ClientKeyRepository } from './clients/client-key.repository.js';
import { ClientKeyService } from './clients/client-key.service.js';
import { ClientRepository } from './clients/client.repository.js';
import { ClientService } from './clients/client.service.js';
import { Suspensions } from './clients/suspensions.js';
import { BoundTenants } from './settings/bound-tenants.js';
import { Idempotency } from './idempotency/idempotency.js';
import { IdempotencyRepository } from './idempotency/idempotency.repository.js';
import { TenantSettingsRepository } from './settings/tenant-settings.repository.js';
import { TenantSettingsService } from './settings/tenant-settings.service.js';
import { AccessTokens } from './tokens/access-tokens.js';
import { ClientAuthentication } from './tokens/client-authentication.js';
import { IssuedJwts } from './tokens/issued-jwts.js';
import { Metadata } from './tokens/metadata.js';
import { MetadataController } from './tokens/metadata.controller.js';
import { OAuthController } from './tokens/oauth.controller.js';
import { ProofJtiRepository } from './tokens/proof-jti.repository.js';
import { SigningKeyRepository } from './tokens/signing-key.repository.js';
import { SigningKeys } from './tokens/signing-keys.js';
import { TokenEndpoint } from './tokens/token-endpoint.js';
import { TokenIssuer } from './tokens/token-issuer.js';
import { TokenLedger } from './tokens/token-ledger.js';
import { WebhookEndpointController } from './webhooks/webhook-endpoint.controller.js';
import { WebhookEndpointRepository } from './webhooks/webhook-endpoint.repository.js';
import { WebhookEndpointService } from './webhooks/webhook-endpoint.service.js';
import { WebhookReplayService } from './webhooks/webhook-replay.service.js';

@Module({
  imports: [AbuseModule],
  controllers: [OAuthController, MetadataController, WebhookEndpointController],
  providers: [
    BoundClients,
    ClientRepository,
    ClientService,
    ClientKeyRepository,
    ClientKeyService,
    Suspensions,
    BoundTenants,
    TenantSettingsRepository,
    TenantSettingsService,
    AppMinimumRepository,
    AppMinimumService,
    WebhookEndpointRepository,
    WebhookEndpointService,
    WebhookReplayService,
    IdempotencyRepository,
    Idempotency,
    SigningKeyRepository,
    SigningKeys,
    IssuedJwts,
    AccessTokens,
    ClientAuthentication,
    ProofJtiRepository,
    TokenLedger,
    TokenIssuer,
    TokenEndpoint,
    Metadata,
  ],
  exports: [
    BoundTenants,
    ClientService,
    Idempotency,
    IssuedJwts,
    SigningKeys,
    Suspensions,
    TenantSettingsService,
    TokenLedger,
    WebhookEndpointService,
    WebhookReplayService,
  ],
})
export class TenantsModule {}
