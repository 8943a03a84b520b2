// The row that decides: locks, counts, the attempt statement, decoys, assertions, recovery.
import { Module } from '@nestjs/common';
import { AbuseModule } from '../abuse/abuse.module.js';
import { SigningModule } from '../signing/signing.module.js';
import { TenantsModule } from '../tenants/tenants.module.js';
import { AssertionAuthorization } from './assertions/assertion-authorization.js';
import { AssertionController } from './assertions/assertion.controller.js';
import { AssertionService } from './assertions/assertion.service.js';
import { Assertions } from './assertions/assertions.js';
import { SpendingRepository } from './assertions/spending.repository.js';
import { StepUp } from './assertions/step-up.js';
import { Attempts } from './attempts/attempts.js';
import { BrowserTokens } from './browsers/browser-tokens.js';
import { Decoys } from './decoys.js';
import { RecoveryController } from './recovery/recovery.controller.js';
import { RecoveryRepository } from './recovery/recovery.repository.js';
import { RecoveryService } from './recovery/recovery.service.js';
import { TicketAuthorization } from './recovery/ticket-authorization.js';
import { ReopeningRepository } from './reopening/reopening.repository.js';
import { ReopeningService } from './reopening/reopening.service.js';
import { UserController } from './user.controller.js';
import { UserQueue } from './user-queue.js';
import { UserEnrolments } from './user-enrolments.js';
import { UserRepository } from './user.repository.js';
import { UserService } from './user.service.js';

@Module({
  imports: [AbuseModule, SigningModule, TenantsModule],
  controllers: [AssertionController, RecoveryController, UserController],
  providers: [
    Attempts,
    BrowserTokens,
    Decoys,
    UserQueue,
    UserEnrolments,
    UserRepository,
    UserService,
    Assertions,
    AssertionService,
    SpendingRepository,
    AssertionAuthorization,
    RecoveryRepository,
    RecoveryService,
    TicketAuthorization,
    ReopeningRepository,
    ReopeningService,
    StepUp,
  ],
  exports: [Attempts, BrowserTokens, Decoys, UserEnrolments, RecoveryRepository, Assertions, RecoveryService, StepUp],
})
export class UsersModule {}
