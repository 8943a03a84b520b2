// Whether a code is the one that was sent to a user's phone, and the facts of that phone.
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock/clock.js';
import { Numbers } from './numbers.js';
import { PhoneCodes } from './phone-codes.js';
import { PhoneRepository, type PhoneKey } from './phone.repository.js';

export interface ChallengedPhone {
  readonly tenantId: string;
  readonly userId: string;
  /** The only phone that can match. Null: the one confirmed last. */
  readonly factorId: string | null;
  readonly challengeId: string;
}

// The dummy phone of a user without one: comparing with its code takes as long.
const DUMMY_FACTOR = '00000000-0000-7000-8000-000000000000';

@Injectable()
export class Phones {
  constructor(
    private readonly phones: PhoneRepository,
    private readonly numbers: Numbers,
    private readonly codes: PhoneCodes,
    private readonly clock: Clock,
  ) {}

  /** The phone's factor. Null if the user has none; then no code is right. */
  async challenged(
    { tenantId, userId, factorId, challengeId }: ChallengedPhone,
    code: string,
  ): Promise<{ factorId: string | null; isRight: boolean }> {
    const phone = await this.phones.active(tenantId, userId, factorId);
    const subject = { purpose: 'challenge', challengeId, factorId: phone?.factorId ?? DUMMY_FACTOR } as const;
    const isRight = this.codes.isRight(tenantId, subject, code);
    return { factorId: phone?.factorId ?? null, isRight: phone !== null && isRight };
  }

  /** The MAC of a phone that is confirmed at this instant. */
  confirmedMac(key: PhoneKey, numberIndex: Buffer, confirmedAt: Date): Uint8Array<ArrayBuffer> {
    return this.phones.macOf(key, { channel: 'sms', numberIndex, confirmedAt });
  }

  /** The index of the number to confirm. Null if the phone is not pending; then no code is right. */
  async pending(key: PhoneKey, code: string): Promise<{ numberIndex: Buffer | null; isRight: boolean }> {
    const { tenantId, factorId } = key;
    const phone = await this.phones.pending(key, this.clock.now());
    const isRight = this.codes.isRight(tenantId, { purpose: 'enrolment', factorId }, code);
    const number = phone && this.numbers.open(phone.numberSealed, key);
    if (number === null) return { numberIndex: null, isRight: false };
    return { numberIndex: this.numbers.indexOf(tenantId, number), isRight };
  }
}
