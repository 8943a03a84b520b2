// Owner of the table quarantines.
import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Transaction } from '../../platform/database/database.js';
import { named } from '../../platform/database/named-statement.js';

/** What is blocked for the client. */
export type Covers = 'look_ups' | 'user_lists';

export interface Quarantine extends ClientKey {
  readonly covers: Covers;
}

export interface ClientKey {
  readonly tenantId: string;
  readonly clientId: string;
}

const ADD = named(
  'quarantine_add',
  `
    INSERT INTO quarantines (tenant_id, client_id, covers, since) VALUES (:tenant::uuid, :client::uuid, :covers::text, :now::timestamptz)
    ON CONFLICT DO NOTHING RETURNING client_id`,
);

const END = named(
  'quarantine_end',
  `
    DELETE FROM quarantines WHERE tenant_id = :tenant::uuid AND client_id = :client::uuid AND covers = :covers::text
    RETURNING client_id`,
);

const ALL: Statement = { name: 'quarantines_all', text: 'SELECT client_id AS "clientId", covers FROM quarantines' };

export function nameOf({ clientId, covers }: Pick<Quarantine, 'clientId' | 'covers'>): string {
  return `${clientId} ${covers}`;
}

@Injectable()
export class QuarantineRepository {
  constructor(private readonly database: Database) {}

  /** False if it was blocked already. */
  async add(transaction: Transaction, { tenantId, clientId, covers }: Quarantine, now: Date): Promise<boolean> {
    const values = { tenant: tenantId, client: clientId, covers, now: now.toISOString() };
    return (await this.database.runNamed(ADD, values, transaction)).length === 1;
  }

  /** False if it was not blocked. */
  async end(transaction: Transaction, { tenantId, clientId, covers }: Quarantine): Promise<boolean> {
    return (
      (await this.database.runNamed(END, { tenant: tenantId, client: clientId, covers }, transaction)).length === 1
    );
  }

  /** Quarantines of all tenants, for every instance, as `nameOf` names them. Client ids are unique. */
  async all(): Promise<ReadonlySet<string>> {
    const rows = await this.database.run<Pick<Quarantine, 'clientId' | 'covers'>>(ALL, []);
    return new Set(rows.map(nameOf));
  }
}
