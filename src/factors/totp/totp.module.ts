import { Module } from '@nestjs/common';
import { AbuseModule } from '../../abuse/abuse.module.js';
import { TenantsModule } from '../../tenants/tenants.module.js';
import { UsersModule } from '../../users/users.module.js';
import { FactorCoreModule } from '../factor-core.module.js';
import { FactorMethods } from '../factor-methods.js';
import { TotpDecoys } from './totp-decoys.js';
import { TotpMethod } from './totp-method.js';
import { TotpSecrets } from './totp-secrets.js';
import { TotpController } from './totp.controller.js';
import { TotpRepository } from './totp.repository.js';
import { TotpService } from './totp.service.js';

@Module({
  imports: [FactorCoreModule, AbuseModule, TenantsModule, UsersModule],
  controllers: [TotpController],
  providers: [TotpRepository, TotpSecrets, TotpService, TotpDecoys, TotpMethod],
})
export class TotpModule {
  constructor(methods: FactorMethods, totp: TotpMethod) {
    methods.add(totp);
  }
}
