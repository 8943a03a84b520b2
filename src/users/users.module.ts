import { Module } from '@nestjs/common';
import { TenantsModule } from '../tenants/tenants.module.js';
import { AssertionController } from './assertions/assertion.controller.js';
import { AssertionService } from './assertions/assertion.service.js';
import { Assertions } from './assertions/assertions.js';
import { SpendingRepository } from './assertions/spending.repository.js';
import { StepUp } from './assertions/step-up.js';
import { Attempts } from './attempts/attempts.js';
import { BrowserTokens } from './browsers/browser-tokens.js';
import { Decoys } from './decoys.js';
import { UserController } from './user.controller.js';
import { UserRepository } from './user.repository.js';
import { UserService } from './user.service.js';

@Module({
  imports: [TenantsModule],
  controllers: [AssertionController, UserController],
  providers: [
    Attempts,
    BrowserTokens,
    Decoys,
    UserRepository,
    UserService,
    Assertions,
    AssertionService,
    SpendingRepository,
    StepUp,
  ],
  exports: [Attempts, BrowserTokens, Decoys, Assertions, StepUp],
})
export class UsersModule {}
