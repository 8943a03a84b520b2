// Owner of the table alerts. The same alert of the same subject and day (UTC) is one row with a count: an attacker
// cannot bury one alert under others.
import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { newUuid, toTypeId } from '../../platform/crypto/type-id.js';
import { Database, type Statement, type Transaction } from '../../platform/database/database.js';
import { named } from '../../platform/database/named-statement.js';
import { AlertDeliveries } from './alert-deliveries.repository.js';
import { isSentAgain } from './alert.policy.js';
import type { AlertKind } from './alert-kinds.js';
import { shownAlert, type AlertRow, type NumberedAlertRow } from './shown-alert.js';

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
    RETURNING id, kind, subject_id AS "subjectId", count, first_at AS "firstAt", last_at AS "lastAt"`,
);

const PAGE = named(
  'alert_page',
  `
    SELECT id, number::text, kind, subject_id AS "subjectId", count, first_at AS "firstAt", last_at AS "lastAt" FROM alerts
    WHERE tenant_id = :tenant::uuid AND number > :after::bigint ORDER BY alerts.number LIMIT :limit::int`,
);

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

  /** Raises the alert, or counts it again on the same day, and queues its deliveries. */
  async raise(transaction: Transaction, { tenantId, kind, subjectId }: NewAlert): Promise<void> {
    const values = {
      tenant: tenantId,
      id: newUuid(this.clock),
      kind,
      subject: subjectId,
      now: this.clock.now().toISOString(),
    };
    const [raised] = await this.database.runNamed<AlertRow>(RAISE, values, transaction);
    if (raised === undefined || !isSentAgain(raised.count)) return;
    const data = { tenantId: toTypeId('ten', tenantId), ...shownAlert(tenantId, raised) };
    const body = JSON.stringify({ type: 'alert.raised', timestamp: data.lastAt, data });
    await this.deliveries.queue(transaction, tenantId, body);
  }

  /** Alerts after this number, in the order in which they were first raised. */
  page(tenantId: string, after: string, limit: number): Promise<NumberedAlertRow[]> {
    return this.database.runNamed<NumberedAlertRow>(PAGE, { tenant: tenantId, after, limit });
  }

  /** How often each kind was raised, for all tenants. */
  async totals(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.database.run<{ kind: string; count: number }>(TOTALS, []);
    return new Map(rows.map(({ kind, count }) => [kind, count]));
  }
}
