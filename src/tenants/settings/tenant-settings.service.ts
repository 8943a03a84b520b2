// Reads the settings of a tenant, and changes them for an operator.
import { Injectable } from '@nestjs/common';
import { DECOY_TENANT_ID } from '../../contract/reserved-tenants.js';
import { AuditLog } from '../../audit/audit-log.js';
import { Sealer } from '../../platform/crypto/sealer.js';
import { newWebhookSecret, writtenSecret } from '../../platform/crypto/webhook-signature.js';
import { fromTypeId } from '../../platform/crypto/type-id.js';
import { Database } from '../../platform/database/database.js';
import { OperatorError } from '../../platform/errors/operator-error.js';
import {
  readTenantChange,
  type TenantChange,
  type TenantSettings,
  type TenantWords,
} from './tenant-settings.policy.js';
import { PUSH_SECRET, TenantSettingsRepository } from './tenant-settings.repository.js';

@Injectable()
export class TenantSettingsService {
  constructor(
    private readonly settings: TenantSettingsRepository,
    private readonly database: Database,
    private readonly audit: AuditLog,
    private readonly sealer: Sealer,
  ) {}

  /** For a tenant named in a token, so it exists. */
  async of(tenantId: string): Promise<TenantSettings> {
    const found = await this.settings.find(tenantId);
    if (!found) throw new Error('BUG: a token names an unknown tenant');
    return found;
  }

  /** @throws OperatorError for an unknown tenant or an invalid setting. */
  async change(tenant: string, words: TenantWords): Promise<TenantChange & { pushSecret?: string }> {
    const change = tenantChangeOf(words);
    const tenantId = fromTypeId('ten', tenant);
    // Each URL gets a new secret, shown this once.
    const secret = change.pushUrl ? newWebhookSecret() : null;
    await this.database.inTransaction(async (transaction) => {
      const isChanged =
        tenantId !== null &&
        tenantId !== DECOY_TENANT_ID &&
        (await this.settings.change(transaction, tenantId, { ...change, ...this.sealed(tenantId, change, secret) }));
      if (!isChanged) throw new OperatorError(`There is no tenant ${tenant}.`);
      await this.audit.record(transaction, { tenantId, action: 'tenant.changed', actor: {} });
    });
    return { ...change, ...(secret === null ? {} : { pushSecret: writtenSecret(secret) }) };
  }

  private sealed(tenantId: string, { pushUrl }: TenantChange, secret: Buffer | null) {
    if (pushUrl === undefined) return {};
    const place = { ...PUSH_SECRET, tenantId, rowId: tenantId };
    return { pushSecret: secret && Uint8Array.from(this.sealer.seal(secret, place)) };
  }
}

/** @throws OperatorError that names the invalid option. */
export function tenantChangeOf(words: TenantWords): TenantChange {
  try {
    return readTenantChange(words);
  } catch (error) {
    throw new OperatorError((error as Error).message);
  }
}
