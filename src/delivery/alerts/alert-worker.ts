// Delivers alerts within seconds, from one instance, and retries until they are accepted.
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ALERTS_CHANNEL } from '../../abuse/alerts/alert-deliveries.repository.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Log } from '../../platform/logging/log.js';
import { QueueWorker } from '../queue-worker.js';
import { AlertDeliveryRepository, type TakenAlert } from './alert-delivery.repository.js';
import { AlertTransport } from './alert-transport.js';

@Injectable()
export class AlertWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly worker: QueueWorker<TakenAlert>;

  constructor(
    deliveries: AlertDeliveryRepository,
    transport: AlertTransport,
    { notifications }: Database,
    clock: Clock,
    log: Log,
  ) {
    this.worker = new QueueWorker<TakenAlert>({
      channel: ALERTS_CHANNEL,
      notifications,
      log,
      take: (room) => deliveries.take(clock.now(), room),
      handle: (alert) => transport.deliver(alert),
      words: {
        take: 'due alerts could not be read',
        handle: 'an alert could not be delivered to an endpoint',
      },
    });
  }

  onApplicationBootstrap(): Promise<void> {
    return this.worker.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.worker.stop();
  }
}
