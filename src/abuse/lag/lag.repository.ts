// The age of the oldest unprocessed item of each detector and of event numbering. Each is one probe of an index; for
// guessing, one probe for each tenant.
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { named } from '../../platform/database/named-statement.js';
import { FOLLOWERS, type Follower } from './lag.policy.js';

const OLDEST = named(
  'lag_oldest',
  `
    SELECT
      (SELECT at FROM audit_inbox JOIN audit_events USING (tenant_id, tx, id)
        WHERE place > :from_place::bigint ORDER BY place LIMIT 1) AS event_numbers,
      (SELECT min(unread.at) FROM tenants AS tenant LEFT JOIN signal_cursors AS cursor ON cursor.tenant_id = tenant.id
        CROSS JOIN LATERAL (
          SELECT tx, id FROM audit_numbers AS numbered
          WHERE numbered.tenant_id = tenant.id AND number = 1 + CASE WHEN cursor.tenant_id IS NULL THEN 0 ELSE cursor.number END OFFSET 0
        ) AS next
        CROSS JOIN LATERAL (
          SELECT at FROM audit_events WHERE (tenant_id, tx, id) = (tenant.id, next.tx, next.id) OFFSET 0
        ) AS unread) AS guesses,
      (SELECT min(due.asked_at) FROM tenants CROSS JOIN LATERAL (
          SELECT asked_at FROM observations
          WHERE observations.tenant_id = tenants.id AND judged_at IS NULL AND NOT is_blind ORDER BY asked_at LIMIT 1
        ) AS due) + make_interval(secs => :patience_seconds::int) AS look_ups,
      (SELECT min(asked_at) FROM observations WHERE noticed_at IS NULL) AS number_shapes,
      (SELECT min(due.due_at) FROM tenants CROSS JOIN LATERAL (
          SELECT due_at FROM user_queries
          WHERE user_queries.tenant_id = tenants.id AND due_at IS NOT NULL ORDER BY due_at LIMIT 1
        ) AS due) AS user_queries,
      (SELECT min(due_at) FROM alert_deliveries WHERE status = 'waiting' AND tries = 0) AS alert_deliveries`,
);

export type Oldest = Readonly<Record<Follower, Date | null>>;

@Injectable()
export class LagRepository {
  constructor(private readonly database: Database) {}

  async oldest(fromPlace: string, patienceMs: number): Promise<Oldest> {
    const values = { from_place: fromPlace, patience_seconds: patienceMs / 1_000 };
    const [row] = await this.database.runNamed<Oldest>(OLDEST, values);
    return row ?? (Object.fromEntries(FOLLOWERS.map((follower) => [follower, null])) as Record<Follower, null>);
  }
}
