// What is set for a tenant, in the table tenants.
import { Injectable } from '@nestjs/common';
import { BoundClients } from '../clients/bound-clients.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import type { TenantChange, TenantSettings } from './tenant-settings.policy.js';

/** Where the secret of a tenant's push target is sealed for. */
export const PUSH_SECRET = { table: 'tenants', column: 'push_secret' } as const;

/** SECURITY(T-47): of a tenant whose settings are not as the service wrote them: no passkeys, the longest waits, and no pushes. */
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

  /** Every tenant that gives bound tokens only: what every instance has to know. */
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
    // What somebody else changed past the service is not bound by changing something beside it.
    if (held === null || !this.bound.isTenantBound(held)) return false;
    const rowMac = this.bound.tenantMac({ ...held, ...data });
    return (await transaction.tenant.updateMany({ where: { id: tenantId }, data: { ...data, rowMac } })).count === 1;
  }
}
