// Reads the new rows of the table observations. Each row is read once, by one of the instances.
import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Transaction } from '../../platform/database/database.js';
import { named } from '../../platform/database/named-statement.js';
import { TENANTS_AT_ONCE } from '../tenant-loop.js';
import type { Fresh } from './number-range.policy.js';

/** Rows in one turn. */
export const NOTICED = 500;

const FRESH: Statement = {
  name: 'shapes_fresh',
  text: `SELECT DISTINCT tenant_id AS "tenantId" FROM observations WHERE noticed_at IS NULL LIMIT ${TENANTS_AT_ONCE}`,
};

const NOTICE = named(
  'shapes_notice',
  `
    WITH fresh AS (
      SELECT number_index, user_id, client_id, is_blind FROM observations
      WHERE tenant_id = :tenant::uuid AND noticed_at IS NULL LIMIT ${NOTICED} FOR UPDATE SKIP LOCKED
    ),
    noticed AS (
      UPDATE observations AS asked SET noticed_at = :now::timestamptz FROM fresh
      WHERE asked.tenant_id = :tenant::uuid AND asked.number_index = fresh.number_index AND asked.user_id = fresh.user_id
        AND asked.client_id = fresh.client_id AND asked.is_blind = fresh.is_blind
      RETURNING asked.*
    )
    SELECT client_id::text AS "clientId",
      EXISTS (
        SELECT FROM canary_numbers WHERE canary_numbers.tenant_id = noticed.tenant_id AND canary_numbers.number_index = noticed.number_index
      ) AS "isCanary",
      (
        SELECT jsonb_build_object(
          'tenant', count(DISTINCT near.number_index),
          'client', count(DISTINCT near.number_index) FILTER (WHERE near.client_id = noticed.client_id))
        FROM observations AS near WHERE near.tenant_id = noticed.tenant_id AND near.hundred_index = noticed.hundred_index
      ) AS "ofHundred"
    FROM noticed`,
);

// Another query of a canary by the same client counts again.
const RELEASE = named(
  'shapes_release',
  `
    DELETE FROM observations USING canary_numbers
    WHERE observations.tenant_id = :tenant::uuid AND noticed_at = :now::timestamptz
      AND canary_numbers.tenant_id = observations.tenant_id AND canary_numbers.number_index = observations.number_index`,
);

@Injectable()
export class NumberRangeRepository {
  constructor(private readonly database: Database) {}

  /** Tenants with new rows. */
  async fresh(): Promise<string[]> {
    const rows = await this.database.run<{ tenantId: string }>(FRESH, []);
    return rows.map(({ tenantId }) => tenantId);
  }

  async notice(transaction: Transaction, tenantId: string, now: Date): Promise<Fresh[]> {
    const values = { tenant: tenantId, now: now.toISOString() };
    const fresh = await this.database.runNamed<Fresh>(NOTICE, values, transaction);
    if (fresh.some(({ isCanary }) => isCanary)) await this.database.runNamed(RELEASE, values, transaction);
    return fresh;
  }
}
