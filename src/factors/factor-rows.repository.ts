// Checks the MAC of rows of the table factors, of every kind, and prepares the MACs of the state that a confirmation
// leads to. FactorRepository makes the rows.
import { Injectable } from '@nestjs/common';
import { RowAlarm } from '../abuse/alerts/row-alarm.js';
import { RowBinder } from '../platform/keys/row-binder.js';
import { Database, type Statement } from '../platform/database/database.js';
import type { NamedValues } from '../platform/database/named-statement.js';
import { factorColumns, factsOfFactor, type BoundFactorRow, type FactorFacts } from '../users/factor-facts.js';
import { UserEnrolments } from '../users/user-enrolments.js';
import type { FactorKey } from './factor.repository.js';

/** What a confirmation needs, and can trust. */
export interface Confirmable {
  /** False if it is not pending or the service did not write it. It cannot be confirmed then. */
  readonly isBound: boolean;
  /** Parameters of the activation (activation.statement.ts), of the state at this instant. */
  readonly bound: (at: Date) => NamedValues;
}

type PendingRow = BoundFactorRow & {
  readonly enrolled_at: Date | null;
  readonly enrolled_mac: Buffer | null;
  readonly recovery: unknown;
  readonly recovery_mac: Buffer | null;
  readonly opened_by: string | null;
  readonly opened_ticket: string | null;
};

const PENDING: Statement = {
  name: 'factor_pending',
  text: `
    SELECT ${factorColumns('factor')}, users.enrolled_at, users.enrolled_mac, users.recovery, users.recovery_mac,
      users.pending -> factor.id::text ->> 'by' AS opened_by, users.pending -> factor.id::text ->> 'ticket' AS opened_ticket
    FROM factors AS factor JOIN users ON users.tenant_id = factor.tenant_id AND users.user_id = factor.user_id
    WHERE factor.tenant_id = $1::uuid AND factor.user_id = $2 AND factor.id = $3::uuid AND factor.status = 'pending'`,
};

const ONE: Statement = {
  name: 'factor_one',
  text: `SELECT ${factorColumns('factor')} FROM factors AS factor WHERE tenant_id = $1::uuid AND user_id = $2 AND id = $3::uuid AND status = 'active'`,
};

const NOTHING: NamedValues = {
  never_enrolled: false,
  granted_by: null,
  granted_ticket: null,
  recovery_mac: null,
  enrolled_mac: null,
  active_mac: null,
  pending_mac: null,
};

@Injectable()
export class FactorRows {
  constructor(
    private readonly database: Database,
    private readonly binder: RowBinder,
    private readonly users: UserEnrolments,
    private readonly alarm: RowAlarm,
  ) {}

  macOf(row: FactorFacts): Uint8Array<ArrayBuffer> {
    return this.binder.bind('factors', factsOfFactor(row));
  }

  /** SECURITY(T-47): a factor that the service did not write counts as absent. */
  isBound(row: BoundFactorRow): boolean {
    if (this.binder.isBound('factors', row, row.row_mac)) return true;
    const { tenant_id: tenantId, id: rowId, user_id: userId } = row as Readonly<Record<string, string>>;
    this.alarm.raise({
      tenantId: tenantId ?? '',
      table: 'factors',
      ...(rowId ? { rowId } : {}),
      ...(userId ? { userId } : {}),
    });
    return false;
  }

  async confirmable({ tenantId, userId, id }: FactorKey): Promise<Confirmable> {
    const [row] = await this.database.run<PendingRow>(PENDING, [tenantId, userId, id]);
    if (row === undefined || !this.isBound(row)) return { isBound: false, bound: () => NOTHING };
    const owner = { tenantId, userId };
    const isEnrolled = this.users.isEnrolled(owner, { enrolledAt: row.enrolled_at, enrolledMac: row.enrolled_mac });
    const granted = this.grantOf(row);
    const facts = {
      never_enrolled: !isEnrolled,
      granted_by: await this.ifActive(owner, granted.by),
      granted_ticket: this.isRecoveryBound(row) ? granted.ticket : null,
      recovery_mac: row.recovery_mac,
      pending_mac: row.row_mac,
    };
    return {
      isBound: true,
      bound: (at) => ({
        ...facts,
        enrolled_mac: this.users.macOf(owner, at),
        active_mac: this.binder.bind('factors', { ...row, status: 'active', activated_at: at, expires_at: null }),
      }),
    };
  }

  /** What authorized it. A row of an older release keeps the form of that release. */
  private grantOf(row: PendingRow): { by: string | null; ticket: string | null } {
    const { granted_by: by, granted_ticket: ticket } = row as {
      granted_by: string | null;
      granted_ticket: string | null;
    };
    if (this.binder.isAdopted('factors')) return { by, ticket };
    return { by: by ?? row.opened_by, ticket: ticket ?? row.opened_ticket };
  }

  private isRecoveryBound({ tenant_id, user_id, recovery, recovery_mac: mac }: PendingRow): boolean {
    return recovery !== null && this.binder.isBound('recoveries', { tenant_id, user_id, recovery }, mac);
  }

  private async ifActive({ tenantId, userId }: Omit<FactorKey, 'id'>, id: string | null): Promise<string | null> {
    if (id === null) return null;
    const [row] = await this.database.run<BoundFactorRow>(ONE, [tenantId, userId, id]);
    return row !== undefined && this.isBound(row) ? id : null;
  }
}
