import { Module } from '@nestjs/common';
import { AbuseModule } from '../abuse/abuse.module.js';
import { FactorsModule } from '../factors/factors.module.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { UsersModule } from '../users/users.module.js';
import { AnswerService } from './answer.service.js';
import { ChallengeController } from './challenge.controller.js';
import { ChallengeRepository } from './challenge.repository.js';
import { ChallengeService } from './challenge.service.js';
import { BoundDecisions } from './devices/bound-decisions.js';
import { Decisions } from './decisions.js';
import { DeviceChallengeController } from './devices/device-challenge.controller.js';
import { DeviceChallengeRepository } from './devices/device-challenge.repository.js';
import { DecisionRefusals } from './devices/decision-refusals.js';
import { DeviceChallengeService } from './devices/device-challenge.service.js';
import { PhonesModule } from '../phones/phones.module.js';
import { OpeningService } from './opening.service.js';
import { ResendService } from './resend.service.js';
import { Proofs } from './proofs.js';
import { VerificationController } from './verification.controller.js';
import { VerificationService } from './verification.service.js';

@Module({
  imports: [AbuseModule, FactorsModule, IdempotencyModule, PhonesModule, UsersModule],
  controllers: [VerificationController, ChallengeController, DeviceChallengeController],
  providers: [
    VerificationService,
    ChallengeRepository,
    OpeningService,
    ChallengeService,
    AnswerService,
    ResendService,
    BoundDecisions,
    Decisions,
    Proofs,
    DeviceChallengeRepository,
    DecisionRefusals,
    DeviceChallengeService,
  ],
})
export class ChallengesModule {}
