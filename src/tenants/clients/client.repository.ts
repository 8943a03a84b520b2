// Owner of the tables tenants, clients and client_secrets.
import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/database.js';
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
  /** Two at most, as they were registered. */
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
  constructor(private readonly database: Database) {}

  async addTenant(transaction: Transaction, tenant: { id: string; name: string; createdAt: Date }): Promise<void> {
    await transaction.tenant.create({ data: tenant });
  }

  async hasTenant(transaction: Transaction, tenantId: string): Promise<boolean> {
    return (await transaction.tenant.count({ where: { id: tenantId } })) === 1;
  }

  async addClient(transaction: Transaction, client: NewClient): Promise<void> {
    await transaction.client.create({ data: { ...client, scopes: [...client.scopes] } });
  }

  /** A client id is all that a token request names; the id is unique, the tenant is the answer. */
  async find(clientId: string): Promise<ClientRecord | null> {
    const select = { slot: true, secretHash: true, createdAt: true } as const;
    return this.database.prisma.client.findFirst({
      where: { id: clientId },
      include: {
        secrets: { select, orderBy: { createdAt: 'asc' } },
        keys: { select: { publicJwk: true } },
        tenant: { select: { boundTokensOnly: true } },
      },
    });
  }

  /** The slot taken, or null when two secrets are live: the primary key decides, not a count before. */
  async addSecret(
    transaction: Transaction,
    secret: { tenantId: string; clientId: string; secretHash: Buffer; createdAt: Date },
  ) {
    for (const slot of [1, 2]) {
      const data = { ...secret, secretHash: Uint8Array.from(secret.secretHash), slot };
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

  /** False when the client already has that status. */
  async changeStatus(
    transaction: Transaction,
    change: { tenantId: string; id: string; status: 'active' | 'suspended'; at: Date },
  ) {
    const { tenantId, id, status, at } = change;
    const { count } = await transaction.client.updateMany({
      where: { tenantId, id, NOT: { status } },
      data: { status, ...(status === 'suspended' ? { suspendedAt: at } : {}) },
    });
    return count === 1;
  }

  /**
   * Clients that are suspended, and those that were after an instant, of all tenants: what every instance has to know. The
   * status counts by itself, for the clock of the instance that asks may be ahead of the operator's.
   */
  async suspendedAfter(instant: Date): Promise<Suspension[]> {
    return this.database.prisma.client.findMany({
      where: { OR: [{ status: 'suspended' }, { suspendedAt: { gt: instant } }] },
      select: { id: true, status: true, suspendedAt: true },
    });
  }
}
