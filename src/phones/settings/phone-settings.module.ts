import { Module } from '@nestjs/common';
import { PhoneSettingsRepository } from './phone-settings.repository.js';
import { PhoneSettingsService } from './phone-settings.service.js';

@Module({
  providers: [PhoneSettingsRepository, PhoneSettingsService],
  exports: [PhoneSettingsRepository, PhoneSettingsService],
})
export class PhoneSettingsModule {}
