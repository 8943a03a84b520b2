// What each request passes first: HTTP frame, throttles, token, scope; and how answers and errors are made.
import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { ThrottlerStorage } from '@nestjs/throttler';
import { AbuseModule } from '../abuse/abuse.module.js';
import { FactorsModule } from '../factors/factors.module.js';
import { OAuthModule } from '../oauth/oauth.module.js';
import { SigningModule } from '../signing/signing.module.js';
import { ProblemFilter } from './errors/problem.filter.js';
import { ValidationPipe } from './errors/validation.js';
import { CallerThrottleGuard } from './throttle/caller-throttle.guard.js';
import { LIMITS, type Limits, type ThrottleStore } from './throttle/limits.js';
import { ThrottleAlarm } from './throttle/throttle-alarm.js';
import { AccessTokenStrategy } from './token/access-token.strategy.js';
import { DeviceGuard } from './token/device.guard.js';
import { Possession } from './token/possession.js';
import { ProofOnceGuard } from './token/proof-once.guard.js';
import { ScopeGuard } from './token/scope.guard.js';
import { TokenGuard } from './token/token.guard.js';
import { UserQueryGuard } from './token/user-query.guard.js';
import { VerifiedTokens } from './token/verified-tokens.js';

@Module({})
export class GateModule {
  /**
   * The guards run in this order: authenticate, authorize, rate limit, use up the proof, record the query about a user.
   */
  static with(store: ThrottleStore, limits: Limits): DynamicModule {
    return {
      module: GateModule,
      imports: [AbuseModule, OAuthModule, SigningModule, FactorsModule, PassportModule],
      providers: [
        AccessTokenStrategy,
        VerifiedTokens,
        Possession,
        ThrottleAlarm,
        { provide: ThrottlerStorage, useValue: store },
        { provide: LIMITS, useValue: limits },
        { provide: APP_GUARD, useClass: TokenGuard },
        { provide: APP_GUARD, useClass: DeviceGuard },
        { provide: APP_GUARD, useClass: ScopeGuard },
        { provide: APP_GUARD, useClass: CallerThrottleGuard },
        { provide: APP_GUARD, useClass: ProofOnceGuard },
        { provide: APP_GUARD, useClass: UserQueryGuard },
        { provide: APP_PIPE, useClass: ValidationPipe },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}
