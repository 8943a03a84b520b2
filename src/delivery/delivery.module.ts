// Sends codes, pushes and alerts from their queues.
import { Module } from '@nestjs/common';
import { AbuseModule } from '../abuse/abuse.module.js';
import { PhonesModule } from '../phones/phones.module.js';
import { AlertDeliveryRepository } from './alerts/alert-delivery.repository.js';
import { AlertTransport } from './alerts/alert-transport.js';
import { EndpointDisabling } from './alerts/endpoint-disabling.js';
import { AlertWorker } from './alerts/alert-worker.js';
import { BlockWatch } from './messages/block-watch.js';
import { SendLimits } from './messages/send-limits.js';
import { Composer } from './messages/composer.js';
import { MessageRepository } from './messages/message.repository.js';
import { MessageTransports } from './messages/message-transports.js';
import { MessageWorker } from './messages/message-worker.js';
import { Messenger } from './messages/messenger.js';
import { OutboxTransport } from './messages/outbox-transport.js';
import { TWILIO_ADDRESS, TWILIO_API, TwilioTransport } from './messages/twilio-transport.js';
import { MessageWebhook } from './messages/webhook-transport.js';
import { PushTransport } from './push/push-transport.js';
import { PushWorker } from './push/push-worker.js';
import { PushRepository } from './push/push.repository.js';
import { WebhookTransport } from './push/webhook-transport.js';
import { NumberRiskWebhook } from './risk/number-risk-webhook.js';
import { NumberRisk } from './risk/number-risk.js';
import { SignedPosts } from './signed-posts.js';

@Module({
  imports: [AbuseModule, PhonesModule],
  providers: [
    SignedPosts,
    AlertDeliveryRepository,
    AlertTransport,
    EndpointDisabling,
    AlertWorker,
    PushRepository,
    PushWorker,
    { provide: PushTransport, useClass: WebhookTransport },
    OutboxTransport,
    MessageWebhook,
    { provide: TWILIO_API, useValue: TWILIO_ADDRESS },
    TwilioTransport,
    MessageTransports,
    { provide: NumberRisk, useClass: NumberRiskWebhook },
    Composer,
    BlockWatch,
    SendLimits,
    MessageRepository,
    Messenger,
    MessageWorker,
  ],
})
export class DeliveryModule {}
