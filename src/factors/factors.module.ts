import { Module } from '@nestjs/common';
import { TenantsModule } from '../tenants/tenants.module.js';
import { UsersModule } from '../users/users.module.js';
import { FactorController } from './factor.controller.js';
import { FactorRepository } from './factor.repository.js';
import { FactorService } from './factor.service.js';
import { TotpDecoys } from './totp/totp-decoys.js';
import { TotpSecrets } from './totp/totp-secrets.js';
import { TotpController } from './totp/totp.controller.js';
import { TotpRepository } from './totp/totp.repository.js';
import { TotpService } from './totp/totp.service.js';

@Module({
  imports: [TenantsModule, UsersModule],
  controllers: [FactorController, TotpController],
  providers: [FactorRepository, FactorService, TotpRepository, TotpSecrets, TotpService, TotpDecoys],
  exports: [TotpRepository, TotpSecrets, TotpDecoys],
})
export class FactorsModule {}
