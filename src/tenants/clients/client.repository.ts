// Owner of the tables tenants, clients and client_secrets.
import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/database.js';
import { BoundClients, NEW_TENANT } from './bound-clients.js';
import { Database } from '../../platform/database/database.js';

export interface NewClient {
  readonly tenantId: string;
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly status: 'active' | 'canary';
  readonly createdAt: Date;
}

export interface ClientRecord {
  readonly tenantId: string;
  readonly id: string;
  readonly scopes: readonly string[];
  readonly status: string;
  readonly secrets: readonly { slot: number; secretHash: Uint8Array; createdAt: Date }[];
  /** In order of registration; at most two. */
  readonly keys: readonly { publicJwk: unknown }[];
  readonly tenant: { readonly boundTokensOnly: boolean };
}

export interface Suspension {
  readonly id: string;
  readonly status: string;
  readonly suspendedAt: Date | null;
}

@Injectable()
export class ClientRepository {
  constructor(
    private readonly database: Database,
    private readonly bound: BoundClients,
  ) {}

  async addTenant(transaction: Transaction, tenant: { id: string; name: string; createdAt: Date }): Promise<void> {
    const rowMac = this.bound.tenantMac({ ...NEW_TENANT, id: tenant.id });
    await transaction.tenant.create({ data: { ...tenant, rowMac } });
  }

  async hasTenant(transaction: Transaction, tenantId: string): Promise<boolean> {
    return (await transaction.tenant.count({ where: { id: tenantId } })) === 1;
  }

  async addClient(transaction: Transaction, client: NewClient): Promise<void> {
    const rowMac = this.bound.clientMac({ ...client, suspendedAt: null });
    await transaction.client.create({ data: { ...client, scopes: [...client.scopes], rowMac } });
  }

  /**
   * A token request names only the client id, which is unique. Null if the service did not write the client. Secrets
   * and keys that it did not write are left out.
   */
  async find(clientId: string): Promise<ClientRecord | null> {
    const found = await this.database.prisma.client.findFirst({
      where: { id: clientId },
      include: { secrets: { orderBy: { createdAt: 'asc' } }, keys: true, tenant: true },
    });
    return found && this.bound.trusted(found);
  }

  /** The slot taken. Null if two secrets are live: the primary key decides, not a count before. */
  async addSecret(
    transaction: Transaction,
    secret: { tenantId: string; clientId: string; secretHash: Buffer; createdAt: Date },
  ) {
    for (const slot of [1, 2]) {
      const rowMac = this.bound.secretMac({ ...secret, slot });
      const data = { ...secret, secretHash: Uint8Array.from(secret.secretHash), slot, rowMac };
      const { count } = await transaction.clientSecret.createMany({ data, skipDuplicates: true });
      if (count === 1) return slot;
    }
    return null;
  }

  async removeSecret(
    transaction: Transaction,
    secret: { tenantId: string; clientId: string; slot: number },
  ): Promise<boolean> {
    return (await transaction.clientSecret.deleteMany({ where: secret })).count === 1;
  }

  /** False if the status is unchanged. */
  async changeStatus(
    transaction: Transaction,
    change: { tenantId: string; id: string; status: 'active' | 'suspended'; at: Date },
  ) {
    const { tenantId, id, status, at } = change;
    const held = await transaction.client.findUnique({ where: { tenantId_id: { tenantId, id } } });
    if (held === null || held.status === status) return false;
    const suspendedAt = status === 'suspended' ? at : held.suspendedAt;
    const rowMac = this.bound.clientMac({ ...held, status, suspendedAt });
    // Written only over the state that was bound.
    const where = { tenantId, id, status: held.status };
    return (await transaction.client.updateMany({ where, data: { status, suspendedAt, rowMac } })).count === 1;
  }

  /**
   * Clients of all tenants that are suspended, or were after an instant, for every instance. A suspended client is
   * included regardless of the time, since the clock of the reading instance may be ahead of the operator's.
   */
  async suspendedAfter(instant: Date): Promise<Suspension[]> {
    return this.database.prisma.client.findMany({
      where: { OR: [{ status: 'suspended' }, { suspendedAt: { gt: instant } }] },
      select: { id: true, status: true, suspendedAt: true },
    });
  }
}
