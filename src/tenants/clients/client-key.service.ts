// An operator's actions on the public keys of a client. Each change and its audit event are one transaction.
import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../audit/audit-log.js';
import { Clock } from '../../platform/clock/clock.js';
import { readHolderKey } from '../../platform/crypto/public-jwk.js';
import { Database } from '../../platform/database/database.js';
import { OperatorError } from '../../platform/errors/operator-error.js';
import { ClientKeyRepository } from './client-key.repository.js';
import { ClientService } from './client.service.js';

@Injectable()
export class ClientKeyService {
  constructor(
    private readonly database: Database,
    private readonly clients: ClientService,
    private readonly keys: ClientKeyRepository,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /**
   * Registers a public key and returns its id, the RFC 7638 thumbprint.
   * @throws OperatorError for an unknown client, a third key, or any other key than a public P-256 or Ed25519 key.
   */
  async add(client: string, jwk: unknown): Promise<{ clientId: string; kid: string }> {
    const { tenantId, id } = await this.clients.known(client);
    const key = readHolderKey(jwk);
    if (!key)
      throw new OperatorError(
        'The file does not hold a public JWK of a P-256 or Ed25519 key, or the JWK has a private part.',
      );
    const row = { tenantId, clientId: id, kid: key.thumbprint, publicJwk: key.jwk, createdAt: this.clock.now() };
    await this.database.inTransaction(async (transaction) => {
      const slot = await this.keys.add(transaction, row);
      if (slot === null)
        throw new OperatorError('The client already has two live keys, or this one: revoke one first.');
      await this.audit.record(transaction, { tenantId, action: 'client.key_added', targetId: id, actor: {} });
    });
    return { clientId: client, kid: key.thumbprint };
  }

  async revoke(client: string, kid: string): Promise<void> {
    const { tenantId, id } = await this.clients.known(client);
    await this.database.inTransaction(async (transaction) => {
      const removed = await this.keys.remove(transaction, { tenantId, clientId: id, kid });
      if (!removed) throw new OperatorError(`Client ${client} has no key ${kid}.`);
      await this.audit.record(transaction, { tenantId, action: 'client.key_revoked', targetId: id, actor: {} });
    });
  }
}
