import { Module } from '@nestjs/common';
import { AbuseModule } from '../../abuse/abuse.module.js';
import { TenantsModule } from '../../tenants/tenants.module.js';
import { UsersModule } from '../../users/users.module.js';
import { FactorCoreModule } from '../factor-core.module.js';
import { FactorMethods } from '../factor-methods.js';
import { RecoveryCodeHashes } from './recovery-code-hashes.js';
import { RecoveryCodesMethod } from './recovery-codes-method.js';
import { RecoveryCodesController } from './recovery-codes.controller.js';
import { RecoveryCodesRepository } from './recovery-codes.repository.js';
import { RecoveryCodesService } from './recovery-codes.service.js';
import { StartRecoveryController } from './start-recovery.controller.js';
import { StartRecoveryService } from './start-recovery.service.js';

@Module({
  imports: [FactorCoreModule, AbuseModule, TenantsModule, UsersModule],
  controllers: [RecoveryCodesController, StartRecoveryController],
  providers: [
    RecoveryCodesRepository,
    RecoveryCodeHashes,
    RecoveryCodesService,
    RecoveryCodesMethod,
    StartRecoveryService,
  ],
})
export class RecoveryCodesModule {
  constructor(methods: FactorMethods, recoveryCodes: RecoveryCodesMethod) {
    methods.add(recoveryCodes);
  }
}
