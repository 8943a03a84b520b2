// Reports rows that fail their integrity check: in the log, in the tenant's audit log and as an alert. Runs outside the
// request that met the row. That request is refused like any other, in the same time.
import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../audit/audit-log.js';
import { OPERATOR_TENANT_ID } from '../../contract/reserved-tenants.js';
import { Clock } from '../../platform/clock/clock.js';
import { toTypeId } from '../../platform/crypto/type-id.js';
import { Database } from '../../platform/database/database.js';
import { Log } from '../../platform/logging/log.js';
import { Alerts } from './alerts.repository.js';

export interface UntrustedRow {
  readonly tenantId: string;
  readonly table: string;
  /** A UUID, if the row has one. */
  readonly rowId?: string;
  /** The user whose factor it seemed to be. */
  readonly userId?: string;
}

// Each request meets the same row again. Each instance reports it once in this time.
const QUIET_MS = 60_000;
/** Reported rows that are remembered. If there are more, a row may be reported again earlier. */
const REMEMBERED = 1_000;

/** The tenant of the decoys. Its log has no readers. */
const DECOY_TENANT_ID = '00000000-0000-7000-8000-000000000000';

@Injectable()
export class RowAlarm {
  private readonly reported = new Map<string, number>();

  constructor(
    private readonly alerts: Alerts,
    private readonly audit: AuditLog,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Returns immediately. */
  raise(row: UntrustedRow): void {
    if (this.isReported(`${row.tenantId} ${row.table} ${row.rowId ?? ''}`)) return;
    this.log.error(`a row of ${row.table} failed its integrity check and does not count`, {
      tenantId: toTypeId('ten', row.tenantId),
    });
    this.record(row).catch((error: unknown) => this.log.error('an untrusted row could not be reported', { error }));
  }

  private isReported(name: string): boolean {
    const nowMs = this.clock.nowMs();
    const isQuiet = nowMs - (this.reported.get(name) ?? -Infinity) < QUIET_MS;
    if (isQuiet) return true;
    this.reported.delete(name);
    this.reported.set(name, nowMs);
    const [oldest] = this.reported.size > REMEMBERED ? this.reported.keys() : [];
    if (oldest !== undefined) this.reported.delete(oldest);
    return false;
  }

  private record({ tenantId: owner, table, rowId, userId }: UntrustedRow): Promise<void> {
    const tenantId = owner === DECOY_TENANT_ID || owner === '' ? OPERATOR_TENANT_ID : owner;
    return this.database.inTransaction(async (transaction) => {
      await this.alerts.raise(transaction, { tenantId, kind: 'rows_untrusted', subjectId: tenantId });
      await this.audit.record(transaction, {
        tenantId,
        action: 'row.untrusted',
        ...(rowId === undefined ? {} : { targetId: rowId }),
        ...(userId === undefined ? {} : { userId }),
        details: { table },
        actor: {},
      });
    });
  }
}
