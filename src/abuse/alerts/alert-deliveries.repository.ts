// Queues alerts for delivery: to the log, to the tenant's endpoints and to the operator's. In the transaction that
// raises the alert, so both are stored or neither. A worker sends what is due (delivery/alerts).
import { Injectable } from '@nestjs/common';
import { OPERATOR_TENANT_ID } from '../../contract/reserved-tenants.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { named } from '../../platform/database/named-statement.js';

/** The NOTIFY channel that announces a queued alert. */
export const ALERTS_CHANNEL = 'countersign_alerts';

const QUEUE = named(
  'alert_queue',
  `
    WITH receivers AS (
      SELECT tenant_id, id AS endpoint_id FROM webhook_endpoints
      WHERE tenant_id IN (:tenant::uuid, '${OPERATOR_TENANT_ID}') AND status = 'active'
      UNION ALL SELECT :tenant::uuid, NULL
    ),
    queued AS (
      INSERT INTO alert_deliveries (tenant_id, id, endpoint_id, body, due_at, created_at)
      SELECT tenant_id, gen_random_uuid(), endpoint_id, :body::text, :now::timestamptz, :now::timestamptz FROM receivers
    )
    SELECT pg_notify('${ALERTS_CHANNEL}', '0')::text`,
);

const REPLAY = named(
  'alert_replay',
  `
    WITH again AS (
      UPDATE alert_deliveries SET status = 'waiting', tries = 0, due_at = :now::timestamptz
      WHERE tenant_id = :tenant::uuid AND endpoint_id = :endpoint::uuid AND status = 'dead' RETURNING id
    )
    SELECT count(*)::int AS count, pg_notify('${ALERTS_CHANNEL}', '0')::text FROM again`,
);

@Injectable()
export class AlertDeliveries {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async queue(transaction: Transaction, tenantId: string, body: string): Promise<void> {
    const values = { tenant: tenantId, body, now: this.clock.now().toISOString() };
    await this.database.runNamed(QUEUE, values, transaction);
  }

  /** Makes deliveries that an endpoint did not accept due again. Returns how many. */
  async replay(transaction: Transaction, tenantId: string, endpointId: string): Promise<number> {
    const values = { tenant: tenantId, endpoint: endpointId, now: this.clock.now().toISOString() };
    const [row] = await this.database.runNamed<{ count: number }>(REPLAY, values, transaction);
    return row?.count ?? 0;
  }
}
