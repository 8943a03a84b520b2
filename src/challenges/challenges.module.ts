import { Module } from '@nestjs/common';
import { FactorsModule } from '../factors/factors.module.js';
import { TenantsModule } from '../tenants/tenants.module.js';
import { UsersModule } from '../users/users.module.js';
import { AnswerService } from './answer.service.js';
import { ChallengeController } from './challenge.controller.js';
import { ChallengeRepository } from './challenge.repository.js';
import { ChallengeService } from './challenge.service.js';
import { Proofs } from './proofs.js';
import { VerificationController } from './verification.controller.js';
import { VerificationService } from './verification.service.js';

@Module({
  imports: [FactorsModule, TenantsModule, UsersModule],
  controllers: [VerificationController, ChallengeController],
  providers: [VerificationService, ChallengeRepository, ChallengeService, AnswerService, Proofs],
})
export class ChallengesModule {}
