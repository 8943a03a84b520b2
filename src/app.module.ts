import { Module, type DynamicModule } from '@nestjs/common';
import { AbuseModule } from './abuse/abuse.module.js';
import { WatchModule } from './abuse/watch/watch.module.js';
import { AuditModule } from './audit/audit.module.js';
import { EventOrderModule } from './audit/order/event-order.module.js';
import { ChallengesModule } from './challenges/challenges.module.js';
import { ContractModule } from './contract/contract.module.js';
import type { RouteEntry } from './contract/inventory.js';
import { DeliveryModule } from './delivery/delivery.module.js';
import { FACTOR_MODULES, FactorsModule } from './factors/factors.module.js';
import { GateModule } from './gate/gate.module.js';
import type { Limits, ThrottleStore } from './gate/throttle/limits.js';
import { OperationsModule } from './operations/operations.module.js';
import { PhonesModule } from './phones/phones.module.js';
import { PlatformModule, type Platform } from './platform/platform.module.js';
import { OAuthModule } from './oauth/oauth.module.js';
import { IssuerModule } from './signing/issuer.module.js';
import { TenantsModule } from './tenants/tenants.module.js';
import { UsersModule } from './users/users.module.js';

/** The feature modules with the controllers of the service, in the order of the documents. */
export const FEATURES = [
  OAuthModule,
  TenantsModule,
  FactorsModule,
  ...FACTOR_MODULES,
  ChallengesModule,
  PhonesModule,
  UsersModule,
  AuditModule,
  AbuseModule,
  OperationsModule,
];

export interface AppOptions {
  readonly platform: Platform;
  readonly issuer: string;
  readonly store: ThrottleStore;
  readonly limits: Limits;
  readonly routes: readonly RouteEntry[];
}

@Module({})
export class AppModule {
  static with({ platform, issuer, store, limits, routes }: AppOptions): DynamicModule {
    const gate = GateModule.with(store, limits);
    const given = [PlatformModule.with(platform), IssuerModule.with(issuer), ContractModule.with(routes)];
    return {
      module: AppModule,
      imports: [...given, ...FEATURES, EventOrderModule, WatchModule.over(PhonesModule), DeliveryModule, gate],
    };
  }
}
