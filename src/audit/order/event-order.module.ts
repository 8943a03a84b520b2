import { Module } from '@nestjs/common';
import { EventNumberer } from './event-numberer.js';
import { EventOrderRepository } from './event-order.repository.js';

/** Numbers events while the service runs. Operators' commands do not need it. */
@Module({
  providers: [EventNumberer, EventOrderRepository],
  exports: [EventNumberer, EventOrderRepository],
})
export class EventOrderModule {}
