import { Module } from '@nestjs/common';
import { HealthController } from './health/health.controller.js';
import { HealthService } from './health/health.service.js';
import { SecurityTxt } from './security-txt/security-txt.js';
import { SecurityTxtController } from './security-txt/security-txt.controller.js';

@Module({
  controllers: [HealthController, SecurityTxtController],
  providers: [HealthService, SecurityTxt],
})
export class OperationsModule {}
