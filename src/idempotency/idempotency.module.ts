// Answers that are kept under idempotency keys.
import { Module } from '@nestjs/common';
import { Idempotency } from './idempotency.js';
import { IdempotencyRepository } from './idempotency.repository.js';

@Module({
  providers: [IdempotencyRepository, Idempotency],
  exports: [Idempotency],
})
export class IdempotencyModule {}
