// The append-only log of events, its order and its readers.
import { Global, Module } from '@nestjs/common';
import { AuditEventController } from './audit-event.controller.js';
import { AuditEventRepository } from './audit-event.repository.js';
import { AuditEventService } from './audit-event.service.js';
import { AuditLog } from './audit-log.js';
import { EventCursors } from './event-cursors.js';

/** Global: every feature writes events. */
@Global()
@Module({
  controllers: [AuditEventController],
  providers: [AuditEventRepository, AuditEventService, AuditLog, EventCursors],
  exports: [AuditLog, AuditEventRepository, EventCursors],
})
export class AuditModule {}
