// The codes that are sent. They are kept nowhere: each is a keyed hash of what it is for, made once to be sent and once more to be
// compared (ADR 0018).
import { Injectable } from '@nestjs/common';
import { BlindIndex } from '../platform/crypto/blind-index.js';
import { constantTimeEqual } from '../platform/crypto/constant-time.js';
import { eightDigits, sixDigits } from '../platform/crypto/digits.js';

/** What a code proves the holding of a phone for. */
export type CodeFor =
  | { readonly purpose: 'enrolment'; readonly factorId: string }
  // SECURITY(T-40): bound to its challenge, and to the phone that it was sent to.
  | { readonly purpose: 'challenge'; readonly challengeId: string; readonly factorId: string }
  | { readonly purpose: 'blind_lookup'; readonly lookupId: string };

@Injectable()
export class PhoneCodes {
  constructor(private readonly index: BlindIndex) {}

  /**
   * Six digits, or eight for a blind look-up. SECURITY(T-44): no count of wrong answers closes a number for its owner, so that its codes
   * are long enough for all the guesses that its limits allow.
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
