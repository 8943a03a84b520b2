import { Module } from '@nestjs/common';
import { AbuseModule } from '../abuse/abuse.module.js';
import { UsersModule } from '../users/users.module.js';
import { Confirmations } from './confirmations.js';
import { Enrolments } from './enrolments.js';
import { FactorMethods } from './factor-methods.js';
import { FactorRepository } from './factor.repository.js';
import { FactorRows } from './factor-rows.repository.js';
import { FactorService } from './factor.service.js';

/** What all kinds of factor use. It does not import them. */
@Module({
  imports: [AbuseModule, UsersModule],
  providers: [Confirmations, Enrolments, FactorMethods, FactorRepository, FactorRows, FactorService],
  exports: [Confirmations, Enrolments, FactorMethods, FactorRepository, FactorRows, FactorService],
})
export class FactorCoreModule {}
