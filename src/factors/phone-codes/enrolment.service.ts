// Enrols phones. The number is sealed and a code is sent; the phone is active once the code was confirmed. A number
// cannot be changed: another number is another phone.
import { Injectable } from '@nestjs/common';
import type { Call, EnrolmentHeaders } from '../../contract/caller.js';
import { toTypeId } from '../../platform/crypto/type-id.js';
import type { Transaction } from '../../platform/database/database.js';
import { Problem } from '../../platform/errors/problem.js';
import { CODE_MS } from '../../phones/code-life.policy.js';
import { EnrolmentCodes } from '../../phones/messages/enrolment-codes.js';
import { maySendTo } from '../../phones/number.policy.js';
import { PhoneSettingsService } from '../../phones/settings/phone-settings.service.js';
import { Idempotency } from '../../idempotency/idempotency.js';
import { Enrolments } from '../enrolments.js';
import type { NewFactor } from '../factor.repository.js';
import { PhoneFactors } from './phone-factors.js';
import { NOTICE, type EnrolPhone, type PhoneEnrolment } from './phone.dto.js';

export type Wish = EnrolPhone & EnrolmentHeaders;

@Injectable()
export class EnrolmentService {
  constructor(
    private readonly enrolments: Enrolments,
    private readonly phones: PhoneFactors,
    private readonly codes: EnrolmentCodes,
    private readonly settings: PhoneSettingsService,
    private readonly idempotency: Idempotency,
  ) {}

  /**
   * @throws Problem `phones_off` and `number_not_allowed`, which depend on tenant and number only. As
   * `Enrolments.open`, the same for an unknown user as for one without a proof.
   */
  async enrol(call: Call, userId: string, wish: Wish): Promise<PhoneEnrolment> {
    const { phoneNumber, channel, assertion, idempotencyKey } = wish;
    const { tenantId } = call;
    const { countries } = await this.settings.mustBeOn(tenantId);
    if (!maySendTo(phoneNumber, countries)) throw new Problem('number_not_allowed');
    const request = {
      route: 'POST /v1/users/{userId}/phones',
      userId,
      body: { phoneNumber: phoneNumber.e164, channel },
    };
    return this.enrolments.open(
      call,
      {
        userId,
        type: 'phone',
        assertion,
        lifeMs: CODE_MS,
        // The same number again is a new proof of it, and replaces the old factor.
        findReplaced: (transaction) => this.phones.holding(transaction, { tenantId, userId }, phoneNumber),
        once:
          idempotencyKey === undefined
            ? undefined
            : (work) => this.idempotency.once(call, { key: idempotencyKey, request }, work),
      },
      (transaction, factor) => this.add(transaction, { ...factor, clientId: call.clientId }, wish),
    );
  }

  private async add(
    transaction: Transaction,
    { clientId, ...factor }: NewFactor & { readonly clientId: string },
    wish: Wish,
  ): Promise<PhoneEnrolment> {
    const { tenantId, userId, id, createdAt, expiresAt } = factor;
    await this.phones.add(transaction, factor, wish);
    const key = { tenantId, userId, factorId: id };
    await this.codes.ask(transaction, { ...key, clientId, e164: wish.phoneNumber.e164, createdAt, expiresAt });
    return {
      id: toTypeId('phn', id),
      status: 'pending',
      expiresAt: expiresAt.toISOString(),
      notice: NOTICE,
      alternatives: ['totp', 'webauthn', 'device'],
    };
  }
}
