// The codes that are sent. They are not stored: each is a keyed hash of its purpose, computed to send it and again to
// compare it (ADR 0018).
import { Injectable } from '@nestjs/common';
import { BlindIndex } from '../platform/crypto/blind-index.js';
import { constantTimeEqual } from '../platform/crypto/constant-time.js';
import { eightDigits, sixDigits } from '../platform/crypto/digits.js';

/** What a code is for. */
export type CodeFor =
  | { readonly purpose: 'enrolment'; readonly factorId: string }
  // SECURITY(T-40): bound to its challenge, and to the phone that it was sent to.
  | { readonly purpose: 'challenge'; readonly challengeId: string; readonly factorId: string }
  | { readonly purpose: 'blind_lookup'; readonly lookupId: string };

@Injectable()
export class PhoneCodes {
  constructor(private readonly index: BlindIndex) {}

  /**
   * Six digits, or eight for a blind look-up. SECURITY(T-44): wrong answers never lock a number for its owner. So its
   * codes are long enough for all guesses that the limits allow.
   */
  of(tenantId: string, subject: CodeFor): string {
    const bytes = this.index.of(tenantId, 'phone-code', labelOf(subject));
    return subject.purpose === 'blind_lookup' ? eightDigits(bytes) : sixDigits(bytes);
  }

  isRight(tenantId: string, subject: CodeFor, code: string): boolean {
    return constantTimeEqual(code, this.of(tenantId, subject));
  }
}

function labelOf(subject: CodeFor): string {
  switch (subject.purpose) {
    case 'enrolment':
      return `enrolment ${subject.factorId}`;
    case 'challenge':
      return `challenge ${subject.challengeId} ${subject.factorId}`;
    case 'blind_lookup':
      return `blind_lookup ${subject.lookupId}`;
  }
}
