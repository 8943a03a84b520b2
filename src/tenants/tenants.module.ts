// Tenants, clients, their settings and webhook endpoints.
import { Module } from '@nestjs/common';
import { AbuseModule } from '../abuse/abuse.module.js';
import { BoundClients } from './clients/bound-clients.js';
import { ClientKeyRepository } from './clients/client-key.repository.js';
import { ClientKeyService } from './clients/client-key.service.js';
import { ClientRepository } from './clients/client.repository.js';
import { ClientService } from './clients/client.service.js';
import { TenantSettingsRepository } from './settings/tenant-settings.repository.js';
import { TenantSettingsService } from './settings/tenant-settings.service.js';
import { WebhookEndpointController } from './webhooks/webhook-endpoint.controller.js';
import { WebhookEndpointRepository } from './webhooks/webhook-endpoint.repository.js';
import { WebhookEndpointService } from './webhooks/webhook-endpoint.service.js';
import { WebhookReplayService } from './webhooks/webhook-replay.service.js';

@Module({
  imports: [AbuseModule],
  controllers: [WebhookEndpointController],
  providers: [
    BoundClients,
    ClientRepository,
    ClientService,
    ClientKeyRepository,
    ClientKeyService,
    TenantSettingsRepository,
    TenantSettingsService,
    WebhookEndpointRepository,
    WebhookEndpointService,
    WebhookReplayService,
  ],
  exports: [
    ClientRepository,
    ClientService,
    TenantSettingsRepository,
    TenantSettingsService,
    WebhookEndpointService,
    WebhookReplayService,
  ],
})
export class TenantsModule {}
