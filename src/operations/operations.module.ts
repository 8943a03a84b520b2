import { Module } from '@nestjs/common';
import { DocsController } from './docs/docs.controller.js';
import { DocsService } from './docs/docs.service.js';
import { HealthController } from './health/health.controller.js';
import { HealthService } from './health/health.service.js';
import { SecurityTxt } from './security-txt/security-txt.js';
import { SecurityTxtController } from './security-txt/security-txt.controller.js';

@Module({
  controllers: [HealthController, SecurityTxtController, DocsController],
  providers: [HealthService, SecurityTxt, DocsService],
})
export class OperationsModule {}
