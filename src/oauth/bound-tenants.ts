// Which tenants give bound tokens only, as this instance knows it: a bearer token that one of them gave before is refused
// within five seconds of the change, everywhere.
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Log } from '../platform/logging/log.js';
import { Poll } from '../platform/database/poll.js';
import { TenantSettingsRepository } from '../tenants/settings/tenant-settings.repository.js';

@Injectable()
export class BoundTenants implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly poll: Poll<ReadonlySet<string>>;

  constructor(settings: TenantSettingsRepository, log: Log) {
    this.poll = new Poll<ReadonlySet<string>>({
      read: () => settings.boundTokensOnly(),
      failed: (error) => log.warn('tenants with bound tokens could not be read', { error }),
      initial: new Set(),
    });
  }

  onApplicationBootstrap(): Promise<void> {
    return this.poll.start();
  }

  onApplicationShutdown(): void {
    this.poll.stop();
  }

  /** False when this instance may have missed a change. */
  isFresh(): boolean {
    return this.poll.isFresh();
  }

  has(tenantId: string): boolean {
    return this.poll.value.has(tenantId);
  }
}
