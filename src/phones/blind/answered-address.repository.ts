// Owner of the table answered_addresses: networks of end users with recently answered blind look-ups of a client.
// Reveals nothing new to the client: the answers were its own.
import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../../platform/database/database.js';
import { ADDRESSES_OF_A_NUMBER, KNOWN_ADDRESS_DAYS } from './blind-lookup.policy.js';

export interface AskingAddress {
  readonly tenantId: string;
  readonly clientId: string;
  /** Null if the request named none. */
  readonly addressIndex: Buffer | null;
  readonly now: Date;
}

const SWEPT = 8;

const KNOWN: Statement = {
  name: 'answered_address_known',
  text: `
    SELECT EXISTS (
      SELECT FROM answered_addresses WHERE tenant_id = $1::uuid AND client_id = $2::uuid AND address_index = $3::bytea
        AND answered_at > $4::timestamptz - interval '${KNOWN_ADDRESS_DAYS} days'
    ) AS "isKnown"`,
};

/** A piece of the statement that starts a look-up: deletes a few expired rows of the tenant. */
export const SWEPT_ADDRESSES = `
      DELETE FROM answered_addresses WHERE (tenant_id, client_id, address_index, number_index) IN (
        SELECT tenant_id, client_id, address_index, number_index FROM answered_addresses
        WHERE tenant_id = :tenant::uuid AND answered_at < :now::timestamptz - interval '${KNOWN_ADDRESS_DAYS} days'
        ORDER BY answered_at LIMIT ${SWEPT} FOR UPDATE SKIP LOCKED)`;

/**
 * Pieces of the statement of an answer, over its rows `held` and `found`. The oldest networks of the number are
 * evicted.
 */
export const REMEMBERED = `
    forgotten AS (
      DELETE FROM answered_addresses WHERE (tenant_id, client_id, address_index, number_index) IN (
        SELECT tenant_id, client_id, address_index, number_index FROM answered_addresses
        WHERE tenant_id = :tenant::uuid AND client_id = :client::uuid AND number_index = (SELECT number_index FROM held)
          AND address_index <> (SELECT address_index FROM held) AND EXISTS (SELECT FROM found)
        ORDER BY answered_at DESC, address_index OFFSET ${ADDRESSES_OF_A_NUMBER - 1})
    ),
    remembered AS (
      INSERT INTO answered_addresses (tenant_id, client_id, address_index, number_index, answered_at)
      SELECT :tenant::uuid, :client::uuid, address_index, number_index, :now::timestamptz FROM held
      WHERE address_index IS NOT NULL AND EXISTS (SELECT FROM found)
      ON CONFLICT (tenant_id, client_id, address_index, number_index) DO UPDATE SET answered_at = excluded.answered_at
    )`;

@Injectable()
export class AnsweredAddressRepository {
  constructor(private readonly database: Database) {}

  async isKnown({ tenantId, clientId, addressIndex, now }: AskingAddress): Promise<boolean> {
    const [row] = await this.database.run<{ isKnown: boolean }>(KNOWN, [tenantId, clientId, addressIndex, now]);
    return row?.isKnown === true;
  }
}
