// The tenants that require bound tokens, as this instance knows them. Earlier bearer tokens of such a tenant are
// refused on every instance within five seconds of the change.
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

  /** False if this instance may have missed a change. */
  isFresh(): boolean {
    return this.poll.isFresh();
  }

  has(tenantId: string): boolean {
    return this.poll.value.has(tenantId);
  }
}
