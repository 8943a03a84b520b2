// Requests the code of an enrolment, and records its number as a look-up does, since an enrolment can be used as a
// look-up. Both within the transaction of the enrolment.
import { Injectable } from '@nestjs/common';
import { EnrolmentObservations } from '../../abuse/watch/enrolment-observations.js';
import type { Transaction } from '../../platform/database/database.js';
import { Numbers } from '../numbers.js';
import { Messages } from './messages.js';

export interface NewEnrolment {
  readonly tenantId: string;
  readonly clientId: string;
  readonly userId: string;
  /** The pending factor; a UUID. */
  readonly factorId: string;
  readonly e164: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

@Injectable()
export class EnrolmentCodes {
  constructor(
    private readonly observations: EnrolmentObservations,
    private readonly messages: Messages,
    private readonly numbers: Numbers,
  ) {}

  /** The last step of its transaction that takes a lock. */
  async ask(
    transaction: Transaction,
    { clientId, factorId, e164, createdAt, ...enrolment }: NewEnrolment,
  ): Promise<void> {
    const { tenantId, userId, expiresAt } = enrolment;
    // SECURITY(T-41): for every enrolment, whether or not another user has the number.
    const number = this.numbers.indicesOf(tenantId, e164);
    await this.observations.add(transaction, { tenantId, clientId, userId, number, now: createdAt });
    const asked = { tenantId, clientId, userId, subjectId: factorId, expiresAt };
    await this.messages.queue(transaction, { ...asked, purpose: 'enrolment', enrols: e164 });
  }
}
