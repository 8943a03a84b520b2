// Phone numbers, look-ups, budgets and queued codes.
import { Module } from '@nestjs/common';
import { AbuseModule } from '../abuse/abuse.module.js';
import { NumberFacts } from '../abuse/number-facts.js';
import { UsersModule } from '../users/users.module.js';
import { AnswerBlindLookupService } from './blind/answer-blind-lookup.service.js';
import { AnsweredAddressRepository } from './blind/answered-address.repository.js';
import { BlindLookupCharge } from './blind/blind-lookup-charge.js';
import { BlindLookupController } from './blind/blind-lookup.controller.js';
import { BlindLookupRepository } from './blind/blind-lookup.repository.js';
import { StartBlindLookupService } from './blind/start-blind-lookup.service.js';
import { Budgets } from './budgets/budgets.repository.js';
import { LimitAlerts } from './budgets/limit-alerts.js';
import { CanaryNumbers } from './canary-numbers.js';
import { ConfirmedNumbers } from './confirmed-numbers.statement.js';
import { LookupController } from './lookups/lookup.controller.js';
import { LookupRepository } from './lookups/lookup.repository.js';
import { LookupService } from './lookups/lookup.service.js';
import { EnrolmentCodes } from './messages/enrolment-codes.js';
import { Messages } from './messages/messages.js';
import { Resending } from './messages/resending.js';
import { Numbers } from './numbers.js';
import { PhoneCodes } from './phone-codes.js';
import { PhoneRepository } from './phone.repository.js';
import { Phones } from './phones.js';
import { OutboxRefusal } from './settings/outbox-refusal.js';
import { PhoneSettingsModule } from './settings/phone-settings.module.js';

@Module({
  imports: [AbuseModule, UsersModule, PhoneSettingsModule],
  controllers: [LookupController, BlindLookupController],
  providers: [
    Numbers,
    PhoneCodes,
    PhoneRepository,
    Budgets,
    LimitAlerts,
    Messages,
    EnrolmentCodes,
    Resending,
    Phones,
    LookupRepository,
    LookupService,
    BlindLookupRepository,
    AnsweredAddressRepository,
    BlindLookupCharge,
    StartBlindLookupService,
    AnswerBlindLookupService,
    OutboxRefusal,
    CanaryNumbers,
    { provide: NumberFacts, useClass: ConfirmedNumbers },
  ],
  exports: [
    CanaryNumbers,
    NumberFacts,
    PhoneSettingsModule,
    Numbers,
    PhoneCodes,
    PhoneRepository,
    Budgets,
    LimitAlerts,
    EnrolmentCodes,
    Messages,
    Resending,
    Phones,
  ],
})
export class PhonesModule {}
