// Contracts of routes, the inventory of all routes, the caller, scopes and audit actions.
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { ROUTES, type RouteEntry } from './inventory.js';

@Global()
@Module({})
export class ContractModule {
  static with(routes: readonly RouteEntry[]): DynamicModule {
    const provider = { provide: ROUTES, useValue: routes };
    return { module: ContractModule, providers: [provider], exports: [provider] };
  }
}
