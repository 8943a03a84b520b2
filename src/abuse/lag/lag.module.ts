import { Module } from '@nestjs/common';
import { EventOrderModule } from '../../audit/order/event-order.module.js';
import { AbuseModule } from '../abuse.module.js';
import { LagRepository } from './lag.repository.js';
import { LagWatch } from './lag-watch.js';

/** Checks that detectors keep up, while the service runs. */
@Module({
  imports: [AbuseModule, EventOrderModule],
  providers: [LagRepository, LagWatch],
  exports: [LagWatch],
})
export class LagModule {}
