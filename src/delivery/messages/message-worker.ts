// Sends codes soon after the request, from one instance.
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { MESSAGES_CHANNEL } from '../../phones/messages/message.statement.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Log } from '../../platform/logging/log.js';
import { QueueWorker } from '../queue-worker.js';
import { MessageRepository, type TakenMessage } from './message.repository.js';
import { Messenger } from './messenger.js';

@Injectable()
export class MessageWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly worker: QueueWorker<TakenMessage>;

  constructor(messages: MessageRepository, messenger: Messenger, { notifications }: Database, clock: Clock, log: Log) {
    this.worker = new QueueWorker<TakenMessage>({
      channel: MESSAGES_CHANNEL,
      notifications,
      log,
      take: (room) => messages.take(clock.now(), room),
      handle: (message) => messenger.handle(message),
      words: { take: 'due codes could not be read', handle: 'a code was not sent' },
    });
  }

  onApplicationBootstrap(): Promise<void> {
    return this.worker.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.worker.stop();
  }
}
