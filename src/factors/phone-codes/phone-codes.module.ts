import { Module } from '@nestjs/common';
import { IdempotencyModule } from '../../idempotency/idempotency.module.js';
import { PhonesModule } from '../../phones/phones.module.js';
import { UsersModule } from '../../users/users.module.js';
import { FactorCoreModule } from '../factor-core.module.js';
import { FactorMethods } from '../factor-methods.js';
import { EnrolmentService } from './enrolment.service.js';
import { PhoneFactors } from './phone-factors.js';
import { PhoneListService } from './phone-list.service.js';
import { PhoneController } from './phone.controller.js';
import { PhoneMethod } from './phone-method.js';
import { PhoneService } from './phone.service.js';

@Module({
  imports: [FactorCoreModule, IdempotencyModule, PhonesModule, UsersModule],
  controllers: [PhoneController],
  providers: [EnrolmentService, PhoneFactors, PhoneService, PhoneListService, PhoneMethod],
})
export class PhoneCodesModule {
  constructor(methods: FactorMethods, phone: PhoneMethod) {
    methods.add(phone);
  }
}
