// Replays the alerts that an endpoint missed: a command of the operator.
import { Injectable } from '@nestjs/common';
import { AlertDeliveries } from '../../abuse/alerts/alert-deliveries.repository.js';
import { AuditLog, type Actor } from '../../audit/audit-log.js';
import { Database } from '../../platform/database/database.js';
import { Problem } from '../../platform/errors/problem.js';
import { WebhookEndpointRepository, type EndpointKey } from './webhook-endpoint.repository.js';

@Injectable()
export class WebhookReplayService {
  constructor(
    private readonly endpoints: WebhookEndpointRepository,
    private readonly deliveries: AlertDeliveries,
    private readonly database: Database,
    private readonly audit: AuditLog,
  ) {}

  /** Enables the endpoint, and queues the missed alerts first. Returns how many. @throws Problem `not_found`. */
  replay({ tenantId, id }: EndpointKey, actor: Actor): Promise<number> {
    return this.database.inTransaction(async (transaction) => {
      if ((await this.endpoints.hold(transaction, { tenantId, id })) === null) throw new Problem('not_found');
      await this.endpoints.change(transaction, { tenantId, id }, { status: 'active' });
      await this.audit.record(transaction, { tenantId, action: 'webhook.replayed', targetId: id, actor });
      return this.deliveries.replay(transaction, tenantId, id);
    });
  }

  find(id: string): Promise<EndpointKey | null> {
    return this.endpoints.find(id);
  }
}
