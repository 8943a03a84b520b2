// Signing keys, issued JWTs and the issuer.
import { Module } from '@nestjs/common';
import { AbuseModule } from '../abuse/abuse.module.js';
import { IssuedJwts } from './issued-jwts.js';
import { SigningKeyRepository } from './signing-key.repository.js';
import { SigningKeys } from './signing-keys.js';

@Module({
  imports: [AbuseModule],
  providers: [SigningKeyRepository, SigningKeys, IssuedJwts],
  exports: [IssuedJwts, SigningKeys],
})
export class SigningModule {}
