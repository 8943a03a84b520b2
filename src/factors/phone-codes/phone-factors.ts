// The row of a phone beside its factor: the sealed number.
import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/database.js';
import type { PhoneNumber } from '../../phones/number.policy.js';
import { Numbers } from '../../phones/numbers.js';
import { PhoneRepository } from '../../phones/phone.repository.js';
import type { NewFactor } from '../factor.repository.js';
import type { EnrolPhone } from './phone.dto.js';

@Injectable()
export class PhoneFactors {
  constructor(
    private readonly phones: PhoneRepository,
    private readonly numbers: Numbers,
  ) {}

  /** Beside a pending factor. */
  async add(transaction: Transaction, factor: NewFactor, { phoneNumber, channel }: EnrolPhone): Promise<void> {
    const { tenantId, userId, id } = factor;
    const key = { tenantId, userId, factorId: id };
    await this.phones.add(transaction, { ...key, channel, numberSealed: this.numbers.seal(phoneNumber.e164, key) });
  }

  /** The user's confirmed phones with this number. */
  holding(transaction: Transaction, owner: { tenantId: string; userId: string }, { e164 }: PhoneNumber) {
    return this.phones.holding(transaction, { ...owner, numberIndex: this.numbers.indexOf(owner.tenantId, e164) });
  }
}
