// Owner of the table quarantines.
import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Transaction } from '../../platform/database/database.js';
import { named } from '../../platform/database/named-statement.js';

export interface ClientKey {
  readonly tenantId: string;
  readonly clientId: string;
}

const ADD = named(
  'quarantine_add',
  `
    INSERT INTO quarantines (tenant_id, client_id, since) VALUES (:tenant::uuid, :client::uuid, :now::timestamptz)
    ON CONFLICT DO NOTHING RETURNING client_id`,
);

const END = named(
  'quarantine_end',
  'DELETE FROM quarantines WHERE tenant_id = :tenant::uuid AND client_id = :client::uuid RETURNING client_id',
);

const ALL: Statement = { name: 'quarantines_all', text: 'SELECT client_id AS "clientId" FROM quarantines' };

@Injectable()
export class QuarantineRepository {
  constructor(private readonly database: Database) {}

  /** False where it was there already. */
  async add(transaction: Transaction, { tenantId, clientId }: ClientKey, now: Date): Promise<boolean> {
    const values = { tenant: tenantId, client: clientId, now: now.toISOString() };
    return (await this.database.runNamed(ADD, values, transaction)).length === 1;
  }

  /** False where there is none. */
  async end(transaction: Transaction, { tenantId, clientId }: ClientKey): Promise<boolean> {
    return (await this.database.runNamed(END, { tenant: tenantId, client: clientId }, transaction)).length === 1;
  }

  /** Of all tenants: what every instance has to know. Client ids are unique. */
  async all(): Promise<ReadonlySet<string>> {
    const rows = await this.database.run<{ clientId: string }>(ALL, []);
    return new Set(rows.map(({ clientId }) => clientId));
  }
}
