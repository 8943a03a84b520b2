// Owner of the table blind_lookups. Starting one reads no phone. Answering one reads phones only if the code was right,
// which proves that the sender holds the phone.
import { Injectable } from '@nestjs/common';
import { eventDetails, FROM_CLIENT, insertEvents } from '../../audit/audit-event.statement.js';
import { OBSERVED_BLIND } from '../../abuse/watch/observation.statement.js';
import { startAfter } from '../../platform/clock/start.js';
import { Database } from '../../platform/database/database.js';
import { named } from '../../platform/database/named-statement.js';
import { sweep } from '../../platform/database/once.statement.js';
import { QUEUED } from '../messages/message.statement.js';
import type { NumberIndices } from '../numbers.js';
import { REMEMBERED, SWEPT_ADDRESSES } from './answered-address.repository.js';
import { MAX_BLIND_ANSWERS } from './blind-lookup.policy.js';
import { hasSoleHolder } from './sole-holder.statement.js';

export interface LookupKey {
  readonly tenantId: string;
  /** The client that started it. */
  readonly clientId: string;
  readonly id: string;
}

export interface LookupEvent {
  readonly now: Date;
  readonly eventId: string;
  readonly address: string;
  readonly endUserAddress: string | null;
  readonly requestId: string;
}

export interface NewLookup extends LookupKey {
  readonly number: NumberIndices;
  /** Keyed hash of the end user's network. */
  readonly addressIndex: Buffer | null;
  /** Started like any other, but no code is sent, and none is right. */
  readonly isWithheld: boolean;
  readonly messageId: string;
  readonly expiresAt: Date;
}

/** The worker checks an expired look-up, to see whether its code was used. */
const KEPT_MINUTES = 60;

const BEGIN = named(
  'blind_lookup_begin',
  `
    WITH swept AS (${sweep({ table: 'blind_lookups', key: ['tenant_id', 'id'], keptMinutes: KEPT_MINUTES })}),
    swept_addresses AS (${SWEPT_ADDRESSES}),
    begun AS (
      INSERT INTO blind_lookups (tenant_id, id, client_id, number_index, address_index, status, created_at, expires_at)
      VALUES (:tenant::uuid, :id::uuid, :client::uuid, :number::bytea, :address_index::bytea, CASE WHEN :withheld::boolean THEN 'withheld' ELSE 'pending' END, :now::timestamptz, :end::timestamptz)
    ),
    queued AS (${QUEUED}),
    observed AS (${OBSERVED_BLIND})
    ${insertEvents({
      action: 'blind_lookup.begun',
      ...FROM_CLIENT,
      targetId: ':id::uuid',
      endUserAddress: ':end_user_address::text',
      details: `CASE WHEN :withheld::boolean THEN ${eventDetails({ withheld: "'number_limit'" })} END`,
      from: 'FROM queued',
    })}
    RETURNING target_id`,
);

// SECURITY(T-38): of parallel answers each waits for the row lock and reads it again, so that no sixth is verified and
// only one is right.
const ANSWER = named(
  'blind_lookup_answer',
  `
    WITH held AS (
      SELECT id, number_index, address_index, status FROM blind_lookups
      WHERE tenant_id = :tenant::uuid AND id = :id::uuid AND client_id = :client::uuid AND status IN ('pending', 'withheld')
        AND answers < ${MAX_BLIND_ANSWERS} AND expires_at > :now::timestamptz
      FOR UPDATE
    ),
    found AS (
      SELECT min(user_id) AS user_id FROM phones
      WHERE :is_right::boolean AND EXISTS (SELECT FROM held WHERE status = 'pending') AND tenant_id = :tenant::uuid AND number_index = (SELECT number_index FROM held)
      ${hasSoleHolder(':now')}
    ),
    settled AS (
      UPDATE blind_lookups SET answers = answers + 1, status = CASE WHEN EXISTS (SELECT FROM found) THEN 'answered' ELSE blind_lookups.status END
      FROM held WHERE blind_lookups.tenant_id = :tenant::uuid AND blind_lookups.id = held.id
    ),
    ${REMEMBERED},
    event AS (
      ${insertEvents({
        action: {
          when: 'EXISTS (SELECT FROM found)',
          then: 'blind_lookup.answered',
          otherwise: 'blind_lookup.refused',
        },
        ...FROM_CLIENT,
        targetId: '(SELECT id FROM held)',
      })}
    )
    SELECT user_id AS "userId" FROM found`,
);

@Injectable()
export class BlindLookupRepository {
  constructor(private readonly database: Database) {}

  async begin(
    { number, addressIndex, isWithheld, messageId, expiresAt, ...key }: NewLookup,
    event: LookupEvent,
  ): Promise<void> {
    await this.database.runNamed(BEGIN, {
      ...valuesOf(key, event),
      ...startAfter(event.now),
      number: number.index,
      hundred: number.hundredIndex,
      asked_user: '',
      address_index: addressIndex,
      withheld: isWithheld,
      // The row of the look-up says whether it is withheld.
      admitted: true,
      message: messageId,
      purpose: 'blind_lookup',
      end: expiresAt.toISOString(),
    });
  }

  /** The user, once. Null if refused. */
  async answer(key: LookupKey, isRight: boolean, event: LookupEvent): Promise<string | null> {
    const values = { ...valuesOf(key, event), is_right: isRight };
    const [row] = await this.database.runNamed<{ userId: string }>(ANSWER, values);
    return row?.userId ?? null;
  }
}

function valuesOf(
  { tenantId, clientId, id }: LookupKey,
  { now, eventId, address, endUserAddress, requestId }: LookupEvent,
) {
  return {
    tenant: tenantId,
    client: clientId,
    id,
    now: now.toISOString(),
    event: eventId,
    address,
    end_user_address: endUserAddress,
    request: requestId,
  };
}
