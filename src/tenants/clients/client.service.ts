// An operator's actions on tenants and clients. Each change and its audit event are one transaction.
import { Injectable } from '@nestjs/common';
import { DECOY_TENANT_ID } from '../../contract/reserved-tenants.js';
import { AuditLog } from '../../audit/audit-log.js';
import type { AuditAction } from '../../contract/audit-actions.js';
import { isScope } from '../../contract/scopes.js';
import { Clock } from '../../platform/clock/clock.js';
import { hashToken, mintToken } from '../../platform/crypto/token.js';
import { fromTypeId, newUuid, toTypeId } from '../../platform/crypto/type-id.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { OperatorError } from '../../platform/errors/operator-error.js';
import { ClientRepository, type ClientRecord, type NewClient } from './client.repository.js';

export const SECRET_PREFIX = 'csk';
const TENANT_NAME = /^\P{C}{1,200}$/u;

/** Shown this once. Only the hash is stored. */
export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

@Injectable()
export class ClientService {
  constructor(
    private readonly database: Database,
    private readonly clients: ClientRepository,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  async createTenant(name: string): Promise<{ tenantId: string }> {
    if (!TENANT_NAME.test(name))
      throw new OperatorError('A tenant name has 1 to 200 characters and no control characters.');
    const id = newUuid(this.clock);
    await this.database.inTransaction(async (transaction) => {
      await this.clients.addTenant(transaction, { id, name, createdAt: this.clock.now() });
      await this.audit.record(transaction, { tenantId: id, action: 'tenant.created', actor: {} });
    });
    return { tenantId: toTypeId('ten', id) };
  }

  /** @throws OperatorError for an unknown tenant or scope. */
  async createClient(tenant: string, name: string, scopes: readonly string[]): Promise<ClientCredentials> {
    const allowed = scopes.map((scope) => (isScope(scope) ? scope : unknown('scope', scope)));
    if (allowed.length === 0) throw new OperatorError('A client needs at least one scope.');
    return this.database.inTransaction(async (transaction) => {
      const tenantId = await this.tenantOf(transaction, tenant);
      const client = await this.addClient(transaction, { tenantId, name, scopes: allowed, status: 'active' });
      const id = fromTypeId('cli', client.clientId) ?? '';
      await this.record(transaction, { tenantId, id }, 'client.created');
      return client;
    });
  }

  /**
   * A canary credential: it never works, and its use raises an alert.
   * @throws OperatorError for an unknown tenant.
   */
  async plantCanary(tenant: string, name: string): Promise<ClientCredentials> {
    return this.database.inTransaction(async (transaction) => {
      const tenantId = await this.tenantOf(transaction, tenant);
      const canary = await this.addClient(transaction, { tenantId, name, scopes: [], status: 'canary' });
      // SECURITY(T-41): without its id, since an attacker may read the log.
      await this.audit.record(transaction, { tenantId, action: 'canary.credential_planted', actor: {} });
      return canary;
    });
  }

  /** A second live secret, so that an application can change secrets without a pause. */
  async addSecret(client: string): Promise<ClientCredentials & { slot: number }> {
    const { tenantId, id } = await this.known(client);
    return this.database.inTransaction(async (transaction) => {
      const { clientSecret, slot } = await this.addSecretTo(transaction, { tenantId, id });
      await this.record(transaction, { tenantId, id }, 'client.secret_added');
      return { clientId: client, clientSecret, slot };
    });
  }

  async revokeSecret(client: string, slot: number): Promise<void> {
    const { tenantId, id } = await this.known(client);
    await this.database.inTransaction(async (transaction) => {
      const removed = await this.clients.removeSecret(transaction, { tenantId, clientId: id, slot });
      if (!removed) throw new OperatorError(`Client ${client} has no secret in slot ${slot}.`);
      await this.record(transaction, { tenantId, id }, 'client.secret_revoked');
    });
  }

  suspend(client: string): Promise<void> {
    return this.changeStatus(client, 'suspended');
  }

  resume(client: string): Promise<void> {
    return this.changeStatus(client, 'active');
  }

  /** @throws OperatorError */
  async known(client: string): Promise<ClientRecord> {
    const id = fromTypeId('cli', client) ?? unknown('client', client);
    return (await this.clients.find(id)) ?? unknown('client', client);
  }

  private async tenantOf(transaction: Transaction, tenant: string): Promise<string> {
    const tenantId = fromTypeId('ten', tenant);
    // SECURITY(T-04): a client of the decoys' tenant could remove a decoy, which makes unknown users recognisable.
    const isThere =
      tenantId !== null && tenantId !== DECOY_TENANT_ID && (await this.clients.hasTenant(transaction, tenantId));
    return isThere ? tenantId : unknown('tenant', tenant);
  }

  private async changeStatus(client: string, status: 'active' | 'suspended'): Promise<void> {
    const { tenantId, id, status: before } = await this.known(client);
    if (before === 'canary') throw new OperatorError(`${client} is a canary. It cannot be used.`);
    await this.database.inTransaction(async (transaction) => {
      const changed = await this.clients.changeStatus(transaction, { tenantId, id, status, at: this.clock.now() });
      if (!changed) throw new OperatorError(`Client ${client} is already ${status}.`);
      await this.record(transaction, { tenantId, id }, status === 'active' ? 'client.resumed' : 'client.suspended');
    });
  }

  private async addClient(
    transaction: Transaction,
    client: Pick<NewClient, 'tenantId' | 'name' | 'scopes' | 'status'>,
  ): Promise<ClientCredentials> {
    const id = newUuid(this.clock);
    await this.clients.addClient(transaction, { ...client, id, createdAt: this.clock.now() });
    const { clientSecret } = await this.addSecretTo(transaction, { tenantId: client.tenantId, id });
    return { clientId: toTypeId('cli', id), clientSecret };
  }

  private async addSecretTo(transaction: Transaction, { tenantId, id }: { tenantId: string; id: string }) {
    const clientSecret = mintToken(SECRET_PREFIX);
    const secret = { tenantId, clientId: id, secretHash: hashToken(clientSecret), createdAt: this.clock.now() };
    const slot = await this.clients.addSecret(transaction, secret);
    if (slot === null) throw new OperatorError('The client already has two live secrets: revoke one first.');
    return { clientSecret, slot };
  }

  private record(
    transaction: Transaction,
    client: { tenantId: string; id: string },
    action: AuditAction,
  ): Promise<void> {
    return this.audit.record(transaction, { tenantId: client.tenantId, action, targetId: client.id, actor: {} });
  }
}

function unknown(what: string, name: string): never {
  throw new OperatorError(`There is no ${what} ${name}.`);
}
