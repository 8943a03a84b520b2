import { Module } from '@nestjs/common';
import { PushTransport } from './push/push-transport.js';
import { PushWorker } from './push/push-worker.js';
import { PushRepository } from './push/push.repository.js';
import { WebhookTransport } from './push/webhook-transport.js';

@Module({
  providers: [PushRepository, PushWorker, { provide: PushTransport, useClass: WebhookTransport }],
})
export class DeliveryModule {}
