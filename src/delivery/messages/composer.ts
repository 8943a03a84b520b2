// Opens the number and derives the code. Both exist only in these calls and in the message for the transport.
import { Injectable } from '@nestjs/common';
import { Numbers } from '../../phones/numbers.js';
import { PhoneCodes, type CodeFor } from '../../phones/phone-codes.js';
import { toTypeId } from '../../platform/crypto/type-id.js';
import { messageText } from './message.policy.js';
import type { TakenMessage } from './message.repository.js';
import type { CodeMessage } from './message-transport.js';

@Injectable()
export class Composer {
  constructor(
    private readonly numbers: Numbers,
    private readonly codes: PhoneCodes,
  ) {}

  /** Null if there is no phone to send it to. */
  compose(message: TakenMessage): CodeMessage | null {
    const { tenantId, tenantName, id, purpose, expiresAt, factorId, numberSealed } = message;
    if (factorId === null || numberSealed === null) return null;
    const phoneNumber = this.numbers.open(numberSealed, { tenantId, factorId });
    if (phoneNumber === null) return null;
    const code = this.codes.of(tenantId, subjectOf(message, factorId));
    return {
      id: toTypeId('msg', id),
      tenantId,
      phoneNumber,
      channel: 'sms',
      purpose,
      code,
      text: messageText({ purpose, code, tenantName }),
      expiresAt,
    };
  }
}

function subjectOf({ purpose, subjectId }: TakenMessage, factorId: string): CodeFor {
  switch (purpose) {
    case 'enrolment':
      return { purpose, factorId: subjectId };
    case 'challenge':
      return { purpose, challengeId: subjectId, factorId };
    case 'blind_lookup':
      return { purpose, lookupId: subjectId };
  }
}
