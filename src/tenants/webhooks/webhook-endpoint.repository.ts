// Owner of the table webhook_endpoints.
import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database/database.js';

/** The binding of an endpoint's sealed secrets. The row's id is the endpoint's. */
export const ENDPOINT_SECRETS = {
  secret: { table: 'webhook_endpoints', column: 'secret' },
  previous: { table: 'webhook_endpoints', column: 'previous_secret' },
} as const;

export interface EndpointKey {
  readonly tenantId: string;
  readonly id: string;
}

export interface EndpointRow extends EndpointKey {
  readonly url: string;
  readonly secret: Uint8Array<ArrayBuffer>;
  readonly status: string;
  readonly createdAt: Date;
  /** The client that added it. Null: the operator. */
  readonly addedBy: string | null;
}

export interface HeldEndpoint {
  readonly secret: Buffer;
  readonly addedBy: string | null;
}

@Injectable()
export class WebhookEndpointRepository {
  constructor(private readonly database: Database) {}

  /** Locks the tenant for additions until the end of the transaction. False for an unknown tenant. */
  async holdTenant(transaction: Transaction, tenantId: string): Promise<boolean> {
    const rows = await transaction.$queryRaw<unknown[]>`
      SELECT id FROM tenants WHERE id = ${tenantId}::uuid FOR NO KEY UPDATE`;
    return rows.length === 1;
  }

  /** Counts the operator's endpoints or those of the tenant's clients. They have separate limits. */
  count(transaction: Transaction, tenantId: string, isOperators: boolean): Promise<number> {
    return transaction.webhookEndpoint.count({ where: { tenantId, addedBy: isOperators ? null : { not: null } } });
  }

  async add(transaction: Transaction, endpoint: Omit<EndpointRow, 'status'>): Promise<void> {
    await transaction.webhookEndpoint.create({ data: endpoint, select: { id: true } });
  }

  /** Oldest first. */
  all(tenantId: string): Promise<EndpointRow[]> {
    return this.database.prisma.webhookEndpoint.findMany({ where: { tenantId }, orderBy: { id: 'asc' } });
  }

  /** The tenant of an endpoint: an operator names the endpoint only. Ids are unique. */
  find(id: string): Promise<EndpointRow | null> {
    return this.database.prisma.webhookEndpoint.findFirst({ where: { id } });
  }

  /** The endpoint, locked until the end of the transaction. */
  async hold(transaction: Transaction, { tenantId, id }: EndpointKey): Promise<HeldEndpoint | null> {
    const rows = await transaction.$queryRaw<HeldEndpoint[]>`
      SELECT secret, added_by::text AS "addedBy" FROM webhook_endpoints WHERE tenant_id = ${tenantId}::uuid AND id = ${id}::uuid FOR UPDATE`;
    return rows[0] ?? null;
  }

  async change(transaction: Transaction, { tenantId, id }: EndpointKey, change: EndpointChange): Promise<void> {
    await transaction.webhookEndpoint.updateMany({ where: { tenantId, id }, data: change });
  }

  /** Deletes its waiting deliveries too. */
  async remove(transaction: Transaction, { tenantId, id }: EndpointKey): Promise<void> {
    await transaction.webhookEndpoint.deleteMany({ where: { tenantId, id } });
  }
}

type EndpointChange =
  | { readonly status: 'active' }
  | {
      readonly secret: Uint8Array<ArrayBuffer>;
      readonly previousSecret: Uint8Array<ArrayBuffer> | null;
      readonly previousUntil: Date;
    };
