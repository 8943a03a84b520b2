// The settings of a tenant, in the table tenants.
import { Injectable } from '@nestjs/common';
import { BoundClients } from '../clients/bound-clients.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import type { TenantChange, TenantSettings } from './tenant-settings.policy.js';

/** The binding of the sealed secret of a tenant's push URL. */
export const PUSH_SECRET = { table: 'tenants', column: 'push_secret' } as const;

/**
 * SECURITY(T-47): the settings of a tenant whose row the service did not write: no passkeys, the longest delays, and no
 * push messages.
 */
const STRICTEST = {
  recoveryDelayHours: 72,
  webauthnRpId: null,
  webauthnOrigins: [],
  boundTokensOnly: true,
  deviceCoolOffHours: 72,
  pushUrl: null,
};

@Injectable()
export class TenantSettingsRepository {
  constructor(
    private readonly database: Database,
    private readonly bound: BoundClients,
  ) {}

  async find(tenantId: string): Promise<TenantSettings | null> {
    const found = await this.database.prisma.tenant.findUnique({ where: { id: tenantId } });
    return found && (this.bound.isTenantBound(found) ? found : { ...found, ...STRICTEST });
  }

  /** Every tenant that requires bound tokens, for every instance. */
  async boundTokensOnly(): Promise<ReadonlySet<string>> {
    const found = await this.database.prisma.tenant.findMany({
      where: { boundTokensOnly: true },
      select: { id: true },
    });
    return new Set(found.map(({ id }) => id));
  }

  /** False for an unknown tenant. */
  async change(
    transaction: Transaction,
    tenantId: string,
    { webauthnOrigins: origins, ...rest }: TenantChange & { readonly pushSecret?: Uint8Array<ArrayBuffer> | null },
  ): Promise<boolean> {
    const data = { ...rest, ...(origins === undefined ? {} : { webauthnOrigins: [...origins] }) };
    await transaction.$executeRaw`SELECT FROM tenants WHERE id = ${tenantId}::uuid FOR UPDATE`;
    const held = await transaction.tenant.findUnique({ where: { id: tenantId } });
    // A value that was changed by SQL does not become bound by a change of another setting.
    if (held === null || !this.bound.isTenantBound(held)) return false;
    const rowMac = this.bound.tenantMac({ ...held, ...data });
    return (await transaction.tenant.updateMany({ where: { id: tenantId }, data: { ...data, rowMac } })).count === 1;
  }
}
