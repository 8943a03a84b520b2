import { Module } from '@nestjs/common';
import { AbuseModule } from '../../abuse/abuse.module.js';
import { TenantsModule } from '../../tenants/tenants.module.js';
import { UsersModule } from '../../users/users.module.js';
import { FactorCoreModule } from '../factor-core.module.js';
import { FactorMethods } from '../factor-methods.js';
import { DerivedValues } from './derived-values.js';
import { RelyingParties } from './relying-parties.js';
import { WebAuthnMethod } from './webauthn-method.js';
import { WebAuthnController } from './webauthn.controller.js';
import { WebAuthnRepository } from './webauthn.repository.js';
import { WebAuthnService } from './webauthn.service.js';

@Module({
  imports: [FactorCoreModule, AbuseModule, TenantsModule, UsersModule],
  controllers: [WebAuthnController],
  providers: [RelyingParties, DerivedValues, WebAuthnRepository, WebAuthnService, WebAuthnMethod],
})
export class WebAuthnModule {
  constructor(methods: FactorMethods, webauthn: WebAuthnMethod) {
    methods.add(webauthn);
  }
}
