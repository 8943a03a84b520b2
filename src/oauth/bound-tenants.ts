// Which tenants give bound tokens only, as this instance knows it: a bearer token that one of them gave before is refused
// within five seconds of the change, everywhere.
import { Injectable } from '@nestjs/common';
import type { Poll } from '../platform/database/poll.js';
import { Polls } from '../platform/database/polls.js';
import { TenantSettingsRepository } from '../tenants/settings/tenant-settings.repository.js';

@Injectable()
export class BoundTenants {
  private readonly poll: Poll<ReadonlySet<string>>;

  constructor(settings: TenantSettingsRepository, polls: Polls) {
    this.poll = polls.add<ReadonlySet<string>>({
      read: () => settings.boundTokensOnly(),
      failure: 'tenants with bound tokens could not be read',
      initial: new Set(),
    });
  }

  /** False when this instance may have missed a change. */
  isFresh(): boolean {
    return this.poll.isFresh();
  }

  has(tenantId: string): boolean {
    return this.poll.value.has(tenantId);
  }
}
