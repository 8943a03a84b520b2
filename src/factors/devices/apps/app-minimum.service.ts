// Sets the minimum version of an app, for one tenant or for all, so that a faulty version is refused.
import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../../audit/audit-log.js';
import { DECOY_TENANT_ID, OPERATOR_TENANT_ID } from '../../../contract/reserved-tenants.js';
import { fromTypeId } from '../../../platform/crypto/type-id.js';
import { Database } from '../../../platform/database/database.js';
import { OperatorError } from '../../../platform/errors/operator-error.js';
import { ClientRepository } from '../../../tenants/clients/client.repository.js';
import { AppMinimumRepository, type AppMinimum } from './app-minimum.repository.js';
import { isPlatform, isVersion, PLATFORMS } from './app-version.policy.js';

/** Tenants without an app. */
const WITHOUT_APPS: readonly string[] = [DECOY_TENANT_ID, OPERATOR_TENANT_ID];

@Injectable()
export class AppMinimumService {
  constructor(
    private readonly minimums: AppMinimumRepository,
    private readonly clients: ClientRepository,
    private readonly database: Database,
    private readonly audit: AuditLog,
  ) {}

  /** @throws OperatorError on an unknown tenant. */
  async require(tenant: string, minimum: AppMinimum): Promise<void> {
    const tenantId = fromTypeId('ten', tenant);
    await this.database.inTransaction(async (transaction) => {
      if (
        tenantId === null ||
        WITHOUT_APPS.includes(tenantId) ||
        !(await this.clients.hasTenant(transaction, tenantId))
      )
        throw new OperatorError(`There is no tenant ${tenant}.`);
      await this.minimums.set(transaction, tenantId, minimum);
      await this.audit.record(transaction, { tenantId, action: 'tenant.app_minimum_changed', actor: {} });
    });
  }

  /** For all tenants, future ones too. Each tenant's log gets an event. */
  async requireEverywhere(minimum: AppMinimum): Promise<void> {
    await this.database.inTransaction(async (transaction) => {
      await this.minimums.setEverywhere(transaction, minimum);
      await this.audit.recordEverywhere(transaction, 'tenant.app_minimum_changed', WITHOUT_APPS);
    });
  }
}

/** @throws OperatorError that names the wrong option. */
export function readAppMinimum({ platform = '', min = '' }: { platform?: string; min?: string }): AppMinimum {
  if (!isPlatform(platform)) throw new OperatorError(`--platform takes one of ${PLATFORMS.join(', ')}.`);
  if (min === 'none') return { platform, min: null };
  if (!isVersion(min)) throw new OperatorError('--min takes a version as 25.1.0, or none.');
  return { platform, min };
}
