import { Module } from '@nestjs/common';
import { AbuseModule } from '../../abuse/abuse.module.js';
import { TenantsModule } from '../../tenants/tenants.module.js';
import { UsersModule } from '../../users/users.module.js';
import { FactorCoreModule } from '../factor-core.module.js';
import { FactorMethods } from '../factor-methods.js';
import { DeviceController } from './device.controller.js';
import { DeviceMethod } from './device-method.js';
import { DeviceRepository } from './device.repository.js';
import { DeviceService } from './device.service.js';
import { DeviceValues } from './device-values.js';
import { NoticeController } from './notices/notice.controller.js';
import { NoticeService } from './notices/notice.service.js';
import { CallingDevices } from './proofs/calling-devices.js';
import { PushQueueRepository } from './push-queue.repository.js';
import { RegistrationController } from './registration/registration.controller.js';
import { RegistrationOpeningService } from './registration/registration-opening.service.js';
import { RegistrationService } from './registration/registration.service.js';

@Module({
  imports: [FactorCoreModule, AbuseModule, TenantsModule, UsersModule],
  controllers: [DeviceController, RegistrationController, NoticeController],
  providers: [
    DeviceRepository,
    PushQueueRepository,
    DeviceValues,
    DeviceService,
    RegistrationOpeningService,
    RegistrationService,
    DeviceMethod,
    CallingDevices,
    NoticeService,
  ],
  exports: [DeviceMethod, CallingDevices],
})
export class DevicesModule {
  constructor(methods: FactorMethods, device: DeviceMethod) {
    methods.add(device);
  }
}
