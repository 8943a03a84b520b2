// Which assertions were used. A row is made once and forgotten after the assertion's end.
import { Injectable } from '@nestjs/common';
import type { AuditReason } from '../../contract/audit-actions.js';
import { Database, type Statement, type Transaction } from '../../platform/database/database.js';

export interface Spending {
  readonly tenantId: string;
  readonly jti: string;
  readonly expiresAt: Date;
  readonly now: Date;
}

export interface ClientSpending extends Spending {
  readonly userId: string;
  readonly factorId: string;
  readonly eventId: string;
  readonly clientId: string;
  readonly address: string;
  readonly requestId: string;
}

// Each use sweeps a few that are over, so that the table stays as small as what is alive.
const SWEPT = 8;
// A row outlives its assertion by more than the clocks of two instances may differ.
const KEPT_MINUTES = 5;
const SWEEP = `
      DELETE FROM spent_assertions WHERE (tenant_id, jti) IN (
        SELECT tenant_id, jti FROM spent_assertions
        WHERE tenant_id = $1::uuid AND expires_at < $4::timestamptz - interval '${KEPT_MINUTES} minutes'
        ORDER BY expires_at LIMIT ${SWEPT} FOR UPDATE SKIP LOCKED)`;

// SECURITY(T-25): the row decides, not a look before. The factor's share lock makes a removal at the same instant come before or after, never in between.
const SPEND: Statement = {
  name: 'assertion_spend',
  text: `
    WITH swept AS (${SWEEP}),
    proven AS (
      SELECT id FROM factors WHERE tenant_id = $1::uuid AND id = $5::uuid AND user_id = $6 AND status = 'active' FOR SHARE
    ),
    spent AS (
      INSERT INTO spent_assertions (tenant_id, jti, expires_at)
      SELECT $1::uuid, $2::uuid, $3::timestamptz FROM proven
      ON CONFLICT DO NOTHING RETURNING jti
    )
    INSERT INTO audit_events (tenant_id, id, at, action, reason, client_id, user_id, target_id, address, request_id)
    SELECT $1::uuid, $7::uuid, $4::timestamptz, CASE WHEN jti IS NULL THEN 'assertion.refused' ELSE 'assertion.spent' END,
           CASE WHEN jti IS NOT NULL THEN NULL WHEN EXISTS (SELECT FROM proven) THEN 'assertion_spent' ELSE 'factor_gone' END,
           $8::uuid, $6, $5::uuid, $9, $10
    FROM (SELECT 1) AS once LEFT JOIN spent ON true
    RETURNING reason`,
};

@Injectable()
export class SpendingRepository {
  constructor(private readonly database: Database) {}

  /** Null once; afterwards, or when the factor is gone, why not. Writes the event. */
  async spend(spending: ClientSpending): Promise<AuditReason | null> {
    const { tenantId, jti, expiresAt, now, factorId, userId, eventId, clientId, address, requestId } = spending;
    const values = [tenantId, jti, expiresAt, now, factorId, userId, eventId, clientId, address, requestId];
    const [row] = await this.database.run<{ reason: AuditReason | null }>(SPEND, values);
    return row ? row.reason : 'assertion_spent';
  }

  /** True once. Part of the change that it authorizes: when that is undone, so is this. */
  async claim(transaction: Transaction, { tenantId, jti, expiresAt, now }: Spending): Promise<boolean> {
    const claimed = await transaction.$executeRaw`
      INSERT INTO spent_assertions (tenant_id, jti, expires_at) VALUES (${tenantId}::uuid, ${jti}::uuid, ${expiresAt})
      ON CONFLICT DO NOTHING`;
    await transaction.$executeRaw`
      DELETE FROM spent_assertions WHERE (tenant_id, jti) IN (
        SELECT tenant_id, jti FROM spent_assertions
        WHERE tenant_id = ${tenantId}::uuid AND expires_at < ${now}::timestamptz - make_interval(mins => ${KEPT_MINUTES}::int)
        ORDER BY expires_at LIMIT ${SWEPT}::int FOR UPDATE SKIP LOCKED)`;
    return claimed === 1;
  }
}
