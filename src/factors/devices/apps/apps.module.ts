import { Module } from '@nestjs/common';
import { TenantsModule } from '../../../tenants/tenants.module.js';
import { AppMinimumRepository } from './app-minimum.repository.js';
import { AppMinimumService } from './app-minimum.service.js';

/** For the operator's commands. */
@Module({
  imports: [TenantsModule],
  providers: [AppMinimumRepository, AppMinimumService],
})
export class AppsModule {}
