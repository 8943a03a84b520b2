// The due rows of the table alert_deliveries. An instance takes a row by moving its next try, so one of two gets it.
import { Injectable } from '@nestjs/common';
import { insertEvents } from '../../audit/audit-event.statement.js';
import { Database, type Statement, type Transaction } from '../../platform/database/database.js';
import { named } from '../../platform/database/named-statement.js';
import { dueRows } from '../queue-take.statement.js';
import type { Room } from '../queue-worker.js';
import { SECONDS_TO_NEXT, TRIES } from './retry.policy.js';

export interface TakenAlert {
  readonly tenantId: string;
  readonly id: string;
  /** Null: the service's own log. */
  readonly endpointId: string | null;
  readonly body: string;
  readonly url: string | null;
  readonly secret: Buffer | null;
  /** The old secret, while it still signs too. */
  readonly previousSecret: Buffer | null;
}

const DEAD_DAYS = 30;

// The last try marks the row dead before it starts. If it is interrupted, the alert can be replayed.
const TAKE: Statement = {
  name: 'alert_take',
  text: `
    WITH ${dueRows({ table: 'alert_deliveries', dueAt: 'due_at', where: "status = 'waiting'" })},
    taken AS (
      UPDATE alert_deliveries AS delivery SET tries = tries + 1,
        status = CASE WHEN tries + 1 >= ${TRIES} THEN 'dead' ELSE 'waiting' END,
        due_at = $1::timestamptz + make_interval(secs => coalesce(('{${SECONDS_TO_NEXT.join(',')}}'::int[])[tries + 1], 0))
      FROM due WHERE delivery.tenant_id = due.tenant_id AND delivery.id = due.id
      RETURNING delivery.tenant_id, delivery.id, delivery.endpoint_id, delivery.body
    )
    SELECT taken.tenant_id AS "tenantId", taken.id, taken.endpoint_id AS "endpointId", taken.body, endpoint.url, endpoint.secret,
      CASE WHEN endpoint.previous_until > $1::timestamptz THEN endpoint.previous_secret END AS "previousSecret"
    FROM taken LEFT JOIN webhook_endpoints AS endpoint ON endpoint.tenant_id = taken.tenant_id AND endpoint.id = taken.endpoint_id`,
};

const TAKEN = named('alert_taken', 'DELETE FROM alert_deliveries WHERE tenant_id = :tenant::uuid AND id = :id::uuid');

// Its later alerts too: they are dead until an operator replays them.
const GONE = named(
  'alert_gone',
  `
    WITH disabled AS (
      UPDATE webhook_endpoints SET status = 'disabled'
      WHERE tenant_id = :tenant::uuid AND id = :endpoint::uuid AND status = 'active' RETURNING id
    ),
    dead AS (
      UPDATE alert_deliveries SET status = 'dead' WHERE tenant_id = :tenant::uuid AND endpoint_id = :endpoint::uuid
    ),
    swept AS (
      DELETE FROM alert_deliveries
      WHERE tenant_id = :tenant::uuid AND status = 'dead' AND created_at < :now::timestamptz - interval '${DEAD_DAYS} days'
    )
    ${insertEvents({ action: 'webhook.endpoint_disabled', targetId: 'id', from: 'FROM disabled' })} RETURNING id`,
);

@Injectable()
export class AlertDeliveryRepository {
  constructor(private readonly database: Database) {}

  take(now: Date, { slots, slotsOfTenant, busy }: Room): Promise<TakenAlert[]> {
    return this.database.run<TakenAlert>(TAKE, [now, slots, slotsOfTenant, busy]);
  }

  async taken({ tenantId, id }: Pick<TakenAlert, 'tenantId' | 'id'>): Promise<void> {
    await this.database.runNamed(TAKEN, { tenant: tenantId, id });
  }

  /** Disables the endpoint. True the first time. */
  async disable(transaction: Transaction, { tenantId, endpointId, eventId, now }: Disabling): Promise<boolean> {
    const values = { tenant: tenantId, endpoint: endpointId, event: eventId, now: now.toISOString() };
    return (await this.database.runNamed(GONE, values, transaction)).length === 1;
  }
}

interface Disabling {
  readonly tenantId: string;
  readonly endpointId: string;
  readonly eventId: string;
  readonly now: Date;
}
