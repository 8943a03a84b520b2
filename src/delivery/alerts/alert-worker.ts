// Tells of alerts whoever is to be told: within seconds, on one instance, and again until they are taken.
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
        take: 'alerts that are to be told could not be read',
        handle: 'an endpoint could not be told of an alert',
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
