// The operator's commands. They run in a process of their own.
import { Module, type DynamicModule } from '@nestjs/common';
import { AbuseModule } from '../abuse/abuse.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { PlatformModule, type Platform } from '../platform/platform.module.js';
import { AppsModule } from '../factors/devices/apps/apps.module.js';
import { IssuerModule } from '../signing/issuer.module.js';
import { PhoneSettingsModule } from '../phones/settings/phone-settings.module.js';
import { SigningModule } from '../signing/signing.module.js';
import { TenantsModule } from '../tenants/tenants.module.js';

/** The services behind the admin commands, without a listener. */
@Module({})
export class AdminModule {
  static with(platform: Platform): DynamicModule {
    // Commands issue no tokens, so any issuer will do.
    return {
      module: AdminModule,
      imports: [
        PlatformModule.with(platform),
        IssuerModule.with(''),
        AuditModule,
        AbuseModule,
        SigningModule,
        TenantsModule,
        AppsModule,
        PhoneSettingsModule,
      ],
    };
  }
}
