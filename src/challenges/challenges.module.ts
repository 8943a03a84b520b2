import { Module } from '@nestjs/common';
import { FactorsModule } from '../factors/factors.module.js';
import { UsersModule } from '../users/users.module.js';
import { VerificationController } from './verification.controller.js';
import { VerificationService } from './verification.service.js';

@Module({
  imports: [FactorsModule, UsersModule],
  controllers: [VerificationController],
  providers: [VerificationService],
})
export class ChallengesModule {}
