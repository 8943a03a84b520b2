// Notifies tenants of challenges for devices, soon after each is opened, from one instance. Retries if the backend did
// not accept it.
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { PUSHES_CHANNEL } from '../../factors/devices/push-queue.repository.js';
import { Clock } from '../../platform/clock/clock.js';
import { Sealer } from '../../platform/crypto/sealer.js';
import { toTypeId } from '../../platform/crypto/type-id.js';
import { Database } from '../../platform/database/database.js';
import { Log } from '../../platform/logging/log.js';
import { PUSH_SECRET } from '../../tenants/settings/tenant-settings.repository.js';
import { QueueWorker } from '../queue-worker.js';
import { PushTransport } from './push-transport.js';
import { PushRepository, type TakenPush } from './push.repository.js';

@Injectable()
export class PushWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly worker: QueueWorker<TakenPush>;

  constructor(
    private readonly pushes: PushRepository,
    private readonly transport: PushTransport,
    private readonly sealer: Sealer,
    { notifications }: Database,
    clock: Clock,
    log: Log,
  ) {
    this.worker = new QueueWorker<TakenPush>({
      channel: PUSHES_CHANNEL,
      notifications,
      log,
      take: (room) => pushes.take(clock.now(), room),
      handle: (push) => this.tell(push),
      words: {
        take: 'due push messages could not be read',
        handle: 'a push message could not be delivered to a tenant',
      },
    });
  }

  onApplicationBootstrap(): Promise<void> {
    return this.worker.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.worker.stop();
  }

  private async tell(taken: TakenPush): Promise<void> {
    const { tenantId, id, userId, expiresAt, url, sealedSecret, devices, isWaiting } = taken;
    if (!isWaiting) return;
    const hasReceiver = url !== null && sealedSecret !== null && devices.length > 0;
    if (hasReceiver) {
      const secret = this.sealer.open(sealedSecret, { ...PUSH_SECRET, tenantId, rowId: tenantId });
      const deviceIds = devices.map((device) => toTypeId('dev', device));
      const push = { challengeId: toTypeId('chl', id), deviceIds, userId, expiresAt };
      if (!(await this.transport.deliver(push, { url, secret }))) return;
    }
    await this.pushes.delivered(taken);
  }
}
