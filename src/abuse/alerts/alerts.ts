// Owner of the table alerts. The same alert of the same subject and day (UTC) is one row that counts: an attacker cannot bury one under
// others.
import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { newUuid } from '../../platform/crypto/type-id.js';
import { Database, type Statement, type Transaction } from '../../platform/database/database.js';
import { named } from '../../platform/database/named-statement.js';
import type { AlertKind } from './alert-kinds.js';

export interface NewAlert {
  readonly tenantId: string;
  readonly kind: AlertKind;
  /** A client, or the tenant itself. */
  readonly subjectId: string;
}

export interface AlertRow {
  readonly id: string;
  readonly kind: string;
  readonly subjectId: string;
  readonly count: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
}

const RAISE = named(
  'alert_raise',
  `
    INSERT INTO alerts (tenant_id, id, kind, subject_id, day, first_at, last_at)
    VALUES (:tenant::uuid, :id::uuid, :kind::text, :subject::uuid, (:now::timestamptz AT TIME ZONE 'UTC')::date, :now::timestamptz, :now::timestamptz)
    ON CONFLICT (tenant_id, kind, subject_id, day) DO UPDATE SET count = alerts.count + 1, last_at = greatest(alerts.last_at, excluded.last_at)
    RETURNING id`,
);

const PAGE: Statement = {
  name: 'alert_page',
  text: `
    SELECT id, kind, subject_id AS "subjectId", count, first_at AS "firstAt", last_at AS "lastAt" FROM alerts
    WHERE tenant_id = $1::uuid AND id > $2::uuid ORDER BY id LIMIT $3`,
};

@Injectable()
export class Alerts {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async raise(transaction: Transaction, { tenantId, kind, subjectId }: NewAlert): Promise<void> {
    const values = {
      tenant: tenantId,
      id: newUuid(this.clock),
      kind,
      subject: subjectId,
      now: this.clock.now().toISOString(),
    };
    await this.database.runNamed(RAISE, values, transaction);
  }

  /** In the order in which they were raised first. */
  page(tenantId: string, afterId: string, limit: number): Promise<AlertRow[]> {
    return this.database.run<AlertRow>(PAGE, [tenantId, afterId, limit]);
  }
}
