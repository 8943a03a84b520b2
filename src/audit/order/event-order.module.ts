import { Module } from '@nestjs/common';
import { EventNumberer } from './event-numberer.js';
import { EventOrderRepository } from './event-order.repository.js';

/** What numbers events while the service runs; operators' commands do without. */
@Module({
  providers: [EventNumberer, EventOrderRepository],
  exports: [EventNumberer, EventOrderRepository],
})
export class EventOrderModule {}
