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
import { PushRepository, type DuePush } from './push.repository.js';

/** For what is due again, and for what was told while nobody listened. */
const LOOK_MS = 5_000;
const AT_ONCE = 16;

@Injectable()
export class PushWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private working: Promise<void> | undefined;
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
    await this.working;
  }

  /** One look at a time; what is told meanwhile leads to another one. */
  private look(): void {
    this.again = true;
    this.working ??= this.work().finally(() => (this.working = undefined));
  }

  private async work(): Promise<void> {
    while (this.again && !this.stopped) {
      this.again = false;
      try {
        const due = await this.pushes.take(this.clock.now(), AT_ONCE);
        this.again ||= due.length === AT_ONCE;
        await Promise.all(due.map((push) => this.tell(push)));
      } catch (error) {
        this.log.warn('what waits for devices could not be read', { error });
      }
    }
  }

  private async tell(due: DuePush): Promise<void> {
    const { tenantId, id, userId, expiresAt, url, sealedSecret, devices } = due;
    if (url === null || sealedSecret === null || devices.length === 0) {
      await this.pushes.told(due);
      return;
    }
    const secret = this.sealer.open(sealedSecret, { ...PUSH_SECRET, tenantId, rowId: tenantId });
    const deviceIds = devices.map((device) => toTypeId('dev', device));
    const push = { challengeId: toTypeId('chl', id), deviceIds, userId, expiresAt };
    const isTaken = await this.transport.deliver(push, { url, secret }).catch((error: unknown) => {
      this.log.warn('a tenant could not be told of a challenge', { tenantId: toTypeId('ten', tenantId), error });
      return false;
    });
    if (isTaken) await this.pushes.told(due);
  }
}
