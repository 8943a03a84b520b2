// The look-ups' view of the table phones: confirmed numbers of the calling tenant. The statement that answers also
// writes the event, and the observation for the detector.
import { Injectable } from '@nestjs/common';
import type { AuditAction } from '../../contract/audit-actions.js';
import { FROM_CLIENT, insertEvents } from '../../audit/audit-event.statement.js';
import { OBSERVED } from '../../abuse/watch/observation.statement.js';
import { Database } from '../../platform/database/database.js';
import { named } from '../../platform/database/named-statement.js';
import type { NumberIndices } from '../numbers.js';

export interface Question {
  readonly tenantId: string;
  readonly clientId: string;
  readonly number: NumberIndices;
  readonly now: Date;
  readonly eventId: string;
  readonly address: string;
  readonly requestId: string;
}

/**
 * SECURITY(T-38): records who asked about whom, never the answer. Otherwise the log would be a list of registered
 * numbers.
 */
const asked = (action: AuditAction, userId?: string) => `
    WITH asked AS (${insertEvents({ action, ...FROM_CLIENT, ...(userId === undefined ? {} : { userId }) })}),
    observed AS (${OBSERVED})`;

// SECURITY(T-08): the tenant is the caller's. Another tenant's number has another index key, so it would not be found
// anyway.
const CONFIRMED = 'SELECT FROM phones WHERE tenant_id = :tenant::uuid AND number_index = :number::bytea';

const MATCH = named(
  'phone_match',
  `${asked('phone.match_asked', ':user::text')} SELECT EXISTS (${CONFIRMED} AND user_id = :user::text) AS found`,
);
const LOOK_UP = named('phone_look_up', `${asked('phone.look_up_asked')} SELECT EXISTS (${CONFIRMED}) AS found`);

@Injectable()
export class LookupRepository {
  constructor(private readonly database: Database) {}

  isHeldBy(question: Question, userId: string): Promise<boolean> {
    return this.found(MATCH, { ...valuesOf(question), user: userId, asked_user: userId });
  }

  isHeld(question: Question): Promise<boolean> {
    return this.found(LOOK_UP, { ...valuesOf(question), asked_user: '' });
  }

  private async found(statement: typeof MATCH, values: Record<string, unknown>): Promise<boolean> {
    const [row] = await this.database.runNamed<{ found: boolean }>(statement, values);
    return row?.found === true;
  }
}

function valuesOf({ tenantId, clientId, number, now, eventId, address, requestId }: Question) {
  return {
    tenant: tenantId,
    client: clientId,
    number: number.index,
    hundred: number.hundredIndex,
    now: now.toISOString(),
    event: eventId,
    address,
    request: requestId,
  };
}
