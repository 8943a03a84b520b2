// Owner of the table canary_numbers.
import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database/database.js';
import { named } from '../../platform/database/named-statement.js';

export interface CanaryNumber {
  readonly tenantId: string;
  readonly numberIndex: Buffer;
}

const ADD = named(
  'canary_add',
  `
    WITH tenant AS (SELECT id FROM tenants WHERE id = :tenant::uuid),
    added AS (
      INSERT INTO canary_numbers (tenant_id, number_index, created_at) SELECT id, :number::bytea, :now::timestamptz FROM tenant
      ON CONFLICT DO NOTHING
    )
    SELECT id FROM tenant`,
);

const REMOVE = named(
  'canary_remove',
  'DELETE FROM canary_numbers WHERE tenant_id = :tenant::uuid AND number_index = :number::bytea RETURNING tenant_id',
);

@Injectable()
export class CanaryNumberRepository {
  constructor(private readonly database: Database) {}

  /** False if the tenant does not exist. Adding a canary again is allowed. */
  async add(transaction: Transaction, { tenantId, numberIndex }: CanaryNumber, now: Date): Promise<boolean> {
    const values = { tenant: tenantId, number: numberIndex, now: now.toISOString() };
    return (await this.database.runNamed(ADD, values, transaction)).length === 1;
  }

  /** False if it is not a canary. */
  async remove(transaction: Transaction, { tenantId, numberIndex }: CanaryNumber): Promise<boolean> {
    const values = { tenant: tenantId, number: numberIndex };
    return (await this.database.runNamed(REMOVE, values, transaction)).length === 1;
  }
}
