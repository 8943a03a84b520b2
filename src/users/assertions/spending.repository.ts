// Spent assertions. A row is made once and deleted after the assertion's expiry.
import { Injectable } from '@nestjs/common';
import type { AuditReason } from '../../contract/audit-actions.js';
import { FROM_CLIENT, insertEvents } from '../../audit/audit-event.statement.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { named } from '../../platform/database/named-statement.js';
import { makeOnce, sweep } from '../../platform/database/once.statement.js';

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

// A row outlives its assertion by more than the clocks of two instances can differ.
const SPENT_ASSERTIONS = { table: 'spent_assertions', key: ['tenant_id', 'jti'], keptMinutes: 5 } as const;

const SWEPT = `swept AS (${sweep(SPENT_ASSERTIONS)})`;

// SECURITY(T-25): the insert decides, not a query before it. The share lock on the factor puts a simultaneous removal
// before or after it.
const SPEND = named(
  'assertion_spend',
  `
    WITH ${SWEPT},
    proven AS (
      SELECT id FROM factors
      WHERE tenant_id = :tenant::uuid AND id = :factor::uuid AND user_id = :user::text AND status = 'active' FOR SHARE
    ),
    spent AS (${makeOnce(SPENT_ASSERTIONS, [':jti::uuid'], 'FROM proven')})
    ${insertEvents({
      action: { when: 'spent.tenant_id IS NULL', then: 'assertion.refused', otherwise: 'assertion.spent' },
      reason: `CASE WHEN spent.tenant_id IS NOT NULL THEN NULL WHEN EXISTS (SELECT FROM proven) THEN 'assertion_spent' ELSE 'factor_gone' END`,
      ...FROM_CLIENT,
      userId: ':user::text',
      targetId: ':factor::uuid',
      from: 'FROM (SELECT 1) AS once LEFT JOIN spent ON true',
    })}
    RETURNING reason`,
);

const CLAIM = named('assertion_claim', `WITH ${SWEPT} ${makeOnce(SPENT_ASSERTIONS, [':jti::uuid'])}`);

@Injectable()
export class SpendingRepository {
  constructor(private readonly database: Database) {}

  /** Null the first time. Otherwise the reason: spent, or its factor was removed. Writes the event. */
  async spend(spending: ClientSpending): Promise<AuditReason | null> {
    const values = {
      ...valuesOf(spending),
      factor: spending.factorId,
      user: spending.userId,
      event: spending.eventId,
      client: spending.clientId,
      address: spending.address,
      request: spending.requestId,
    };
    const [row] = await this.database.runNamed<{ reason: AuditReason | null }>(SPEND, values);
    return row ? row.reason : 'assertion_spent';
  }

  /** True the first time. Part of the change that it authorizes: if that is rolled back, so is this. */
  async claim(transaction: Transaction, spending: Spending): Promise<boolean> {
    return (await this.database.runNamed(CLAIM, valuesOf(spending), transaction)).length === 1;
  }
}

function valuesOf({ tenantId, jti, expiresAt, now }: Spending) {
  return { tenant: tenantId, jti, expires: expiresAt.toISOString(), now: now.toISOString() };
}
