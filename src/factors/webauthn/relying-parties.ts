// The tenant as a relying party: domain and origins, as set by its operator.
import { Injectable } from '@nestjs/common';
import { Problem } from '../../platform/errors/problem.js';
import { TenantSettingsService } from '../../tenants/settings/tenant-settings.service.js';
import type { RelyingParty } from './webauthn.policy.js';

const MEND =
  'The operator sets the relying party of a tenant: admin tenants set --tenant … --rp-id … --origins … --apply';

@Injectable()
export class RelyingParties {
  constructor(private readonly settings: TenantSettingsService) {}

  /** @throws Problem `webauthn_not_configured`, which depends on the tenant only and so reveals nothing of a user. */
  async of(tenantId: string): Promise<RelyingParty> {
    const party = await this.find(tenantId);
    if (party === null) throw new Problem('webauthn_not_configured', { detail: MEND });
    return party;
  }

  async find(tenantId: string): Promise<RelyingParty | null> {
    const { name, webauthnRpId: id, webauthnOrigins: origins } = await this.settings.of(tenantId);
    return id === null ? null : { id, name, origins };
  }
}
