import { Global, Module, type DynamicModule } from '@nestjs/common';
import { ISSUER } from './issuer.js';

@Global()
@Module({})
export class IssuerModule {
  static with(issuer: string): DynamicModule {
    const provider = { provide: ISSUER, useValue: issuer };
    return { module: IssuerModule, providers: [provider], exports: [provider] };
  }
}
