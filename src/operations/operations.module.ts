// Health, metrics, security.txt, OpenAPI and Swagger UI.
import { Module } from '@nestjs/common';
import { AbuseModule } from '../abuse/abuse.module.js';
import { LagModule } from '../abuse/lag/lag.module.js';
import { DocsController } from './docs/docs.controller.js';
import { DocsService } from './docs/docs.service.js';
import { HealthController } from './health/health.controller.js';
import { HealthService } from './health/health.service.js';
import { Metrics } from './metrics/metrics.js';
import { MetricsServer } from './metrics/metrics-server.js';
import { SecurityTxt } from './security-txt/security-txt.js';
import { SecurityTxtController } from './security-txt/security-txt.controller.js';

@Module({
  imports: [AbuseModule, LagModule],
  controllers: [HealthController, SecurityTxtController, DocsController],
  providers: [HealthService, SecurityTxt, DocsService, Metrics, MetricsServer],
})
export class OperationsModule {}
