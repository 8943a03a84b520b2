// Tells of what waits for devices: soon after a challenge was opened, on one instance, and again if nobody took it.
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { PUSHES_CHANNEL } from '../../challenges/challenge.repository.js';
import { Clock } from '../../platform/clock/clock.js';
import { Sealer } from '../../platform/crypto/sealer.js';
import { toTypeId } from '../../platform/crypto/type-id.js';
import { Database } from '../../platform/database/database.js';
import { Log } from '../../platform/logging/log.js';
import { PUSH_SECRET } from '../../tenants/settings/tenant-settings.repository.js';
import { PushTransport } from './push-transport.js';
import { PushRepository, type TakenPush } from './push.repository.js';

/** For what is due again, and for what was told while nobody listened. */
const LOOK_MS = 5_000;
/** Deliveries at one time: in all, and to one tenant, whose backend may be slow. */
const SLOTS = 64;
const SLOTS_OF_TENANT = 4;

@Injectable()
export class PushWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly deliveries = new Map<Promise<void>, string>();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private again = false;
  private stopped = false;

  constructor(
    private readonly pushes: PushRepository,
    private readonly transport: PushTransport,
    private readonly sealer: Sealer,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const look = () => this.look();
    await this.database.notifications.listen(PUSHES_CHANNEL, { heard: look, missed: look });
    this.timer = setInterval(look, LOOK_MS);
    this.timer.unref();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.looking;
    await Promise.all(this.deliveries.keys());
  }

  /** One look at a time; what is told meanwhile leads to another one. */
  private look(): void {
    this.again = true;
    this.looking ??= this.take().finally(() => (this.looking = undefined));
  }

  private async take(): Promise<void> {
    while (this.again && !this.stopped && this.deliveries.size < SLOTS) {
      this.again = false;
      const room = { slots: SLOTS - this.deliveries.size, slotsOfTenant: SLOTS_OF_TENANT, busy: this.busy() };
      try {
        const taken = await this.pushes.take(this.clock.now(), room);
        for (const push of taken) this.begin(push);
        this.again ||= taken.length > 0;
      } catch (error) {
        this.log.warn('what waits for devices could not be read', { error });
      }
    }
  }

  private busy(): string[] {
    const tenants = [...this.deliveries.values()];
    const counts = new Map<string, number>();
    for (const tenant of tenants) counts.set(tenant, (counts.get(tenant) ?? 0) + 1);
    return [...counts].filter(([, count]) => count >= SLOTS_OF_TENANT).map(([tenant]) => tenant);
  }

  /** Nobody waits for it; when it has ended there is room for another. */
  private begin(push: TakenPush): void {
    if (!push.isWaiting) return;
    const delivery = this.tell(push)
      .catch((error: unknown) => {
        this.log.warn('a tenant could not be told of a challenge', { tenantId: toTypeId('ten', push.tenantId), error });
      })
      .finally(() => {
        this.deliveries.delete(delivery);
        this.look();
      });
    this.deliveries.set(delivery, push.tenantId);
  }

  private async tell(taken: TakenPush): Promise<void> {
    const { tenantId, id, userId, expiresAt, url, sealedSecret, devices } = taken;
    const isToBeTold = url !== null && sealedSecret !== null && devices.length > 0;
    if (isToBeTold) {
      const secret = this.sealer.open(sealedSecret, { ...PUSH_SECRET, tenantId, rowId: tenantId });
      const deviceIds = devices.map((device) => toTypeId('dev', device));
      const push = { challengeId: toTypeId('chl', id), deviceIds, userId, expiresAt };
      if (!(await this.transport.deliver(push, { url, secret }))) return;
    }
    await this.pushes.told(taken);
  }
}
