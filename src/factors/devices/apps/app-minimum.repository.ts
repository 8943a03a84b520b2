// Owner of the tables app_minimums and app_minimums_everywhere: the minimum version of an app.
import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../../platform/database/database.js';
import type { Platform } from './app-version.policy.js';

/** SQL for both minimums, as an array: the tenant's own and that of all tenants. Null where there is none. */
export function minimumsFor({ tenant, platform }: { tenant: string; platform: string }): string {
  return `ARRAY[
      (SELECT version FROM app_minimums WHERE tenant_id = ${tenant} AND platform = ${platform}),
      (SELECT version FROM app_minimums_everywhere WHERE platform = ${platform})]`;
}

export interface AppMinimum {
  readonly platform: Platform;
  /** Null: none. */
  readonly min: string | null;
}

@Injectable()
export class AppMinimumRepository {
  /** Null removes it. */
  async set(transaction: Transaction, tenantId: string, { platform, min: version }: AppMinimum): Promise<void> {
    const where = { tenantId_platform: { tenantId, platform } };
    if (version === null) await transaction.appMinimum.deleteMany({ where: { tenantId, platform } });
    else await transaction.appMinimum.upsert({ where, create: { tenantId, platform, version }, update: { version } });
  }

  async setEverywhere(transaction: Transaction, { platform, min: version }: AppMinimum): Promise<void> {
    const where = { platform };
    if (version === null) await transaction.appMinimumEverywhere.deleteMany({ where });
    else await transaction.appMinimumEverywhere.upsert({ where, create: { platform, version }, update: { version } });
  }
}
