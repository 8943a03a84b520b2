// Verification, challenges and answers: the routes that receive a proof of any factor.
import { Module } from '@nestjs/common';
import { AbuseModule } from '../abuse/abuse.module.js';
import { FactorsModule } from '../factors/factors.module.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { UsersModule } from '../users/users.module.js';
import { AnswerChallengeService } from './answer-challenge.service.js';
import { ChallengeController } from './challenge.controller.js';
import { ChallengeRepository } from './challenge.repository.js';
import { ChallengeService } from './challenge.service.js';
import { BoundDecisions } from './devices/bound-decisions.js';
import { DecisionWaiters } from './decision-waiters.js';
import { DeviceChallengeController } from './devices/device-challenge.controller.js';
import { DeviceChallengeRepository } from './devices/device-challenge.repository.js';
import { DecisionRefusals } from './devices/decision-refusals.js';
import { DeviceChallengeService } from './devices/device-challenge.service.js';
import { PhonesModule } from '../phones/phones.module.js';
import { OpenChallengeService } from './open-challenge.service.js';
import { ResendChallengeService } from './resend-challenge.service.js';
import { ProofVerifier } from './proof-verifier.js';
import { VerificationController } from './verification.controller.js';

@Module({
  imports: [AbuseModule, FactorsModule, IdempotencyModule, PhonesModule, UsersModule],
  controllers: [VerificationController, ChallengeController, DeviceChallengeController],
  providers: [
    ChallengeRepository,
    OpenChallengeService,
    ChallengeService,
    AnswerChallengeService,
    ResendChallengeService,
    BoundDecisions,
    DecisionWaiters,
    ProofVerifier,
    DeviceChallengeRepository,
    DecisionRefusals,
    DeviceChallengeService,
  ],
})
export class ChallengesModule {}
