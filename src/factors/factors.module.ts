// A folder for each kind of factor, over one core that enrols, lists and removes them.
import { Module } from '@nestjs/common';
import { DevicesModule } from './devices/devices.module.js';
import { FactorCoreModule } from './factor-core.module.js';
import { FactorListService } from './factor-list.service.js';
import { FactorController } from './factor.controller.js';
import { PhoneCodesModule } from './phone-codes/phone-codes.module.js';
import { RecoveryCodesModule } from './recovery-codes/recovery-codes.module.js';
import { TotpModule } from './totp/totp.module.js';
import { WebAuthnModule } from './webauthn/webauthn.module.js';

/** The kinds of factor, in the order in which the documents show them. A new kind of factor is registered here. */
export const FACTOR_MODULES = [TotpModule, RecoveryCodesModule, WebAuthnModule, DevicesModule, PhoneCodesModule];

@Module({
  imports: [FactorCoreModule, ...FACTOR_MODULES],
  controllers: [FactorController],
  providers: [FactorListService],
  exports: [FactorCoreModule, DevicesModule],
})
export class FactorsModule {}
