// Records which number is enrolled for which user, as a look-up does: an enrolment can be used as a look-up. Ranges of
// numbers and canaries are detected in it. Other holders of the number play no part, so that no alert reveals them.
import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database/database.js';
import { named } from '../../platform/database/named-statement.js';
import { OBSERVED_BLIND } from './observation.statement.js';

export interface ObservedEnrolment {
  readonly tenantId: string;
  readonly clientId: string;
  readonly userId: string;
  /** Keyed hashes. */
  readonly number: { readonly index: Buffer; readonly hundredIndex: Buffer };
  readonly now: Date;
}

const OBSERVE = named('enrolment_observe', `WITH observed AS (${OBSERVED_BLIND}) SELECT`);

@Injectable()
export class EnrolmentObservations {
  constructor(private readonly database: Database) {}

  async add(transaction: Transaction, { tenantId, clientId, userId, number, now }: ObservedEnrolment): Promise<void> {
    const values = {
      tenant: tenantId,
      client: clientId,
      asked_user: userId,
      number: number.index,
      hundred: number.hundredIndex,
      now: now.toISOString(),
    };
    await this.database.runNamed(OBSERVE, values, transaction);
  }
}
