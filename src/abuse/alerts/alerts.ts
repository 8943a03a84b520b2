// Owner of the table alerts. The same alert of the same subject and day (UTC) is one row that counts: an attacker cannot bury one under
// others.
import { Injectable } from '@nestjs/common';
import type { Position } from '../../audit/audit-event.repository.js';
import { Clock } from '../../platform/clock/clock.js';
import { newUuid, toTypeId } from '../../platform/crypto/type-id.js';
import { Database, type Statement, type Transaction } from '../../platform/database/database.js';
import { named } from '../../platform/database/named-statement.js';
import { AlertDeliveries } from './alert-deliveries.js';
import { isToBeTold } from './alert.policy.js';
import type { AlertKind } from './alert-kinds.js';
import { shownAlert, type AlertRow } from './shown-alert.js';

export interface NewAlert {
  readonly tenantId: string;
  readonly kind: AlertKind;
  /** A client, or the tenant itself. */
  readonly subjectId: string;
}

const RAISE = named(
  'alert_raise',
  `
    INSERT INTO alerts (tenant_id, id, kind, subject_id, day, first_at, last_at)
    VALUES (:tenant::uuid, :id::uuid, :kind::text, :subject::uuid, (:now::timestamptz AT TIME ZONE 'UTC')::date, :now::timestamptz, :now::timestamptz)
    ON CONFLICT (tenant_id, kind, subject_id, day) DO UPDATE SET count = alerts.count + 1, last_at = greatest(alerts.last_at, excluded.last_at)
    RETURNING id, tx::text, kind, subject_id AS "subjectId", count, first_at AS "firstAt", last_at AS "lastAt"`,
);

const PAGE: Statement = {
  name: 'alert_page',
  text: `
    SELECT id, tx::text, kind, subject_id AS "subjectId", count, first_at AS "firstAt", last_at AS "lastAt" FROM alerts
    WHERE tenant_id = $1::uuid AND (tx, id) > ($2::bigint, $3::uuid) AND tx < (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint
    ORDER BY alerts.tx, alerts.id LIMIT $4`,
};

const TOTALS: Statement = {
  name: 'alerts_totals',
  text: 'SELECT kind, sum(count)::int AS count FROM alerts GROUP BY kind',
};

@Injectable()
export class Alerts {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly deliveries: AlertDeliveries,
  ) {}

  /** Once more on that day, or for the first time; whoever is to be told is told. */
  async raise(transaction: Transaction, { tenantId, kind, subjectId }: NewAlert): Promise<void> {
    const values = {
      tenant: tenantId,
      id: newUuid(this.clock),
      kind,
      subject: subjectId,
      now: this.clock.now().toISOString(),
    };
    const [raised] = await this.database.runNamed<AlertRow>(RAISE, values, transaction);
    if (raised === undefined || !isToBeTold(raised.count)) return;
    const data = { tenantId: toTypeId('ten', tenantId), ...shownAlert(tenantId, raised) };
    const body = JSON.stringify({ type: 'alert.raised', timestamp: data.lastAt, data });
    await this.deliveries.queue(transaction, tenantId, body);
  }

  /** In the order in which they were raised first. */
  page(tenantId: string, after: Position, limit: number): Promise<AlertRow[]> {
    return this.database.run<AlertRow>(PAGE, [tenantId, after.tx, after.id, limit]);
  }

  /** How often each kind was raised, for all tenants. */
  async totals(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.database.run<{ kind: string; count: number }>(TOTALS, []);
    return new Map(rows.map(({ kind, count }) => [kind, count]));
  }
}
