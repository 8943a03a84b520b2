// The endpoints that get the alerts of a tenant, or of the operator. A secret is shown once, when it is made.
import { Injectable } from '@nestjs/common';
import { Alerts } from '../../abuse/alerts/alerts.repository.js';
import type { AuditAction } from '../../contract/audit-actions.js';
import { AuditLog, type Actor, type AuditEntry } from '../../audit/audit-log.js';
import { Clock, dateAt } from '../../platform/clock/clock.js';
import { SealBroken, Sealer } from '../../platform/crypto/sealer.js';
import { newUuid, toTypeId } from '../../platform/crypto/type-id.js';
import { newWebhookSecret, writtenSecret } from '../../platform/crypto/webhook-signature.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { Problem } from '../../platform/errors/problem.js';
import type { AddedEndpoint, Endpoint, EndpointList, RotatedSecret } from './webhook-endpoint.dto.js';
import {
  ENDPOINT_SECRETS,
  WebhookEndpointRepository,
  type EndpointKey,
  type EndpointRow,
  type HeldEndpoint,
} from './webhook-endpoint.repository.js';

const MOST = 5;
/** Milliseconds for which two secrets sign, so that the receiver can change over. */
const CHANGE_OVER_MS = 24 * 3_600_000;

@Injectable()
export class WebhookEndpointService {
  constructor(
    private readonly endpoints: WebhookEndpointRepository,
    private readonly alerts: Alerts,
    private readonly sealer: Sealer,
    private readonly database: Database,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem `too_many_endpoints`; `not_found` for an unknown tenant. */
  async add(tenantId: string, url: string, actor: Actor): Promise<AddedEndpoint> {
    const key = { tenantId, id: newUuid(this.clock) };
    const secret = newWebhookSecret();
    const addedBy = actor.clientId ?? null;
    const row = { ...key, url, secret: this.sealed(key, 'secret', secret), createdAt: this.clock.now(), addedBy };
    await this.database.inTransaction(async (transaction) => {
      if (!(await this.endpoints.holdTenant(transaction, tenantId))) throw new Problem('not_found');
      if ((await this.endpoints.count(transaction, tenantId, addedBy === null)) >= MOST)
        throw new Problem('too_many_endpoints');
      await this.endpoints.add(transaction, row);
      await this.audit.record(transaction, eventOf('webhook.endpoint_added', key, actor));
    });
    return { ...shown({ ...row, status: 'active' }), secret: writtenSecret(secret) };
  }

  async list(tenantId: string): Promise<EndpointList> {
    return { data: (await this.endpoints.all(tenantId)).map(shown), nextCursor: null };
  }

  /** Makes a new secret. The old one signs too for one day, and an older one no more. @throws Problem as `remove`. */
  async rotate(key: EndpointKey, actor: Actor): Promise<RotatedSecret> {
    const secret = newWebhookSecret();
    const previousUntil = dateAt(this.clock.nowMs() + CHANGE_OVER_MS);
    await this.database.inTransaction(async (transaction) => {
      const held = await this.changeable(transaction, key, actor);
      const previous = this.opened(held.secret, key);
      await this.endpoints.change(transaction, key, {
        secret: this.sealed(key, 'secret', secret),
        previousSecret: previous && this.sealed(key, 'previous', previous),
        previousUntil,
      });
      await this.changed(transaction, eventOf('webhook.secret_rotated', key, actor));
    });
    return {
      id: toTypeId('whe', key.id),
      secret: writtenSecret(secret),
      previousUntil: previousUntil.toISOString(),
    };
  }

  /** @throws Problem `not_found`; `operator_endpoint` for a client. */
  async remove(key: EndpointKey, actor: Actor): Promise<void> {
    await this.database.inTransaction(async (transaction) => {
      await this.changeable(transaction, key, actor);
      await this.endpoints.remove(transaction, key);
      await this.changed(transaction, eventOf('webhook.endpoint_removed', key, actor));
    });
  }

  /**
   * The endpoint, locked until the end of the transaction.
   * SECURITY(T-46): no client can change an endpoint of the operator. Otherwise a thief of a credential could silence
   * alerts about later acts.
   */
  private async changeable(transaction: Transaction, key: EndpointKey, { clientId }: Actor): Promise<HeldEndpoint> {
    const held = await this.endpoints.hold(transaction, key);
    if (held === null) throw new Problem('not_found');
    if (clientId !== undefined && held.addedBy === null) throw new Problem('operator_endpoint');
    return held;
  }

  /** Writes an event and alerts every endpoint, the changed one included if it stays. */
  private async changed(transaction: Transaction, event: AuditEntry): Promise<void> {
    const { tenantId, actor } = event;
    await this.audit.record(transaction, event);
    await this.alerts.raise(transaction, {
      tenantId,
      kind: 'alert_address_changed',
      subjectId: actor.clientId ?? tenantId,
    });
  }

  /** Null if it cannot be opened. Rotate the secret then. */
  private opened(held: Uint8Array, key: EndpointKey): Buffer | null {
    try {
      return this.sealer.open(held, placeOf(key, 'secret'));
    } catch (error) {
      if (error instanceof SealBroken) return null;
      throw error;
    }
  }

  private sealed(key: EndpointKey, kind: keyof typeof ENDPOINT_SECRETS, secret: Buffer): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.sealer.seal(secret, placeOf(key, kind)));
  }
}

function eventOf(action: AuditAction, { tenantId, id }: EndpointKey, actor: Actor): AuditEntry {
  return { tenantId, action, targetId: id, actor };
}

function placeOf({ tenantId, id }: EndpointKey, kind: keyof typeof ENDPOINT_SECRETS) {
  return { ...ENDPOINT_SECRETS[kind], tenantId, rowId: id };
}

type ShownRow = Pick<EndpointRow, 'id' | 'url' | 'status' | 'addedBy' | 'createdAt'>;

function shown({ id, url, status, addedBy, createdAt }: ShownRow): Endpoint {
  return {
    id: toTypeId('whe', id),
    url,
    status: status === 'active' ? 'active' : 'disabled',
    addedBy: addedBy === null ? 'operator' : 'tenant',
    createdAt: createdAt.toISOString(),
  };
}
