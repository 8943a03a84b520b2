// What is set for a tenant, in the table tenants.
import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database/database.js';
import type { TenantChange, TenantSettings } from './tenant-settings.policy.js';

/** Where the secret of a tenant's push target is sealed for. */
export const PUSH_SECRET = { table: 'tenants', column: 'push_secret' } as const;

@Injectable()
export class TenantSettingsRepository {
  constructor(private readonly database: Database) {}

  async find(tenantId: string): Promise<TenantSettings | null> {
    const select = {
      name: true,
      recoveryDelayHours: true,
      webauthnRpId: true,
      webauthnOrigins: true,
      boundTokensOnly: true,
      deviceCoolOffHours: true,
      pushUrl: true,
    } as const;
    return this.database.prisma.tenant.findUnique({ where: { id: tenantId }, select });
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
    return (await transaction.tenant.updateMany({ where: { id: tenantId }, data })).count === 1;
  }
}
