import { Module } from '@nestjs/common';
import { AbuseModule } from '../../abuse/abuse.module.js';
import { PhoneSettingsRepository } from './phone-settings.repository.js';
import { PhoneSettingsService } from './phone-settings.service.js';

@Module({
  imports: [AbuseModule],
  providers: [PhoneSettingsRepository, PhoneSettingsService],
  exports: [PhoneSettingsRepository, PhoneSettingsService],
})
export class PhoneSettingsModule {}
