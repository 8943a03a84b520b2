import { Module } from '@nestjs/common';
import { AbuseModule } from '../abuse/abuse.module.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { TenantsModule } from '../tenants/tenants.module.js';
import { UsersModule } from '../users/users.module.js';
import { PhonesModule } from '../phones/phones.module.js';
import type { FactorMethod } from './factor-method.js';
import { Confirmations } from './confirmations.js';
import { CallingDevices } from './devices/proofs/calling-devices.js';
import { DeviceController } from './devices/device.controller.js';
import { DeviceMethod } from './devices/device-method.js';
import { DeviceRepository } from './devices/device.repository.js';
import { DeviceService } from './devices/device.service.js';
import { DeviceValues } from './devices/device-values.js';
import { NoticeController } from './devices/notices/notice.controller.js';
import { NoticeService } from './devices/notices/notice.service.js';
import { RegistrationController } from './devices/registration/registration.controller.js';
import { RegistrationOpeningService } from './devices/registration/registration-opening.service.js';
import { RegistrationService } from './devices/registration/registration.service.js';
import { Enrolments } from './enrolments.js';
import { FACTOR_METHODS, FactorMethods } from './factor-methods.js';
import { FactorListService } from './factor-list.service.js';
import { FactorController } from './factor.controller.js';
import { FactorRepository } from './factor.repository.js';
import { FactorRows } from './factor-rows.js';
import { FactorService } from './factor.service.js';
import { EnrolmentService } from './phone-codes/enrolment.service.js';
import { PhoneFactors } from './phone-codes/phone-factors.js';
import { PhoneListService } from './phone-codes/phone-list.service.js';
import { PhoneController } from './phone-codes/phone.controller.js';
import { PhoneMethod } from './phone-codes/phone-method.js';
import { PhoneService } from './phone-codes/phone.service.js';
import { RecoveryCodeHashes } from './recovery-codes/recovery-code-hashes.js';
import { RecoveryCodesMethod } from './recovery-codes/recovery-codes-method.js';
import { RecoveryCodesController } from './recovery-codes/recovery-codes.controller.js';
import { RecoveryCodesRepository } from './recovery-codes/recovery-codes.repository.js';
import { RecoveryCodesService } from './recovery-codes/recovery-codes.service.js';
import { RecoveryBeginningController } from './recovery/recovery-beginning.controller.js';
import { RecoveryBeginnings } from './recovery/recovery-beginnings.js';
import { TotpDecoys } from './totp/totp-decoys.js';
import { TotpMethod } from './totp/totp-method.js';
import { TotpSecrets } from './totp/totp-secrets.js';
import { TotpController } from './totp/totp.controller.js';
import { TotpRepository } from './totp/totp.repository.js';
import { TotpService } from './totp/totp.service.js';
import { DerivedValues } from './webauthn/derived-values.js';
import { RelyingParties } from './webauthn/relying-parties.js';
import { WebAuthnMethod } from './webauthn/webauthn-method.js';
import { WebAuthnController } from './webauthn/webauthn.controller.js';
import { WebAuthnRepository } from './webauthn/webauthn.repository.js';
import { WebAuthnService } from './webauthn/webauthn.service.js';

// A new kind of factor is registered here.
const METHODS = {
  provide: FACTOR_METHODS,
  useFactory: (...methods: FactorMethod[]) => methods,
  inject: [TotpMethod, RecoveryCodesMethod, WebAuthnMethod, DeviceMethod, PhoneMethod],
};

@Module({
  imports: [AbuseModule, IdempotencyModule, TenantsModule, UsersModule, PhonesModule],
  controllers: [
    FactorController,
    TotpController,
    RecoveryCodesController,
    RecoveryBeginningController,
    WebAuthnController,
    DeviceController,
    RegistrationController,
    NoticeController,
    PhoneController,
  ],
  providers: [
    FactorRepository,
    FactorRows,
    FactorService,
    FactorListService,
    Enrolments,
    Confirmations,
    TotpRepository,
    TotpSecrets,
    TotpService,
    TotpDecoys,
    TotpMethod,
    RecoveryCodesRepository,
    RecoveryCodeHashes,
    RecoveryCodesService,
    RecoveryCodesMethod,
    RecoveryBeginnings,
    RelyingParties,
    DerivedValues,
    WebAuthnRepository,
    WebAuthnService,
    WebAuthnMethod,
    DeviceRepository,
    DeviceValues,
    DeviceService,
    RegistrationOpeningService,
    RegistrationService,
    DeviceMethod,
    CallingDevices,
    NoticeService,
    EnrolmentService,
    PhoneFactors,
    PhoneService,
    PhoneListService,
    PhoneMethod,
    METHODS,
    FactorMethods,
  ],
  exports: [FactorMethods, TotpDecoys, DeviceMethod, CallingDevices],
})
export class FactorsModule {}
