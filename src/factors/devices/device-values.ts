// Values that would otherwise have to be stored: keyed hashes of what they stand for, as with WebAuthn (ADR 0015).
import { Injectable } from '@nestjs/common';
import { BlindIndex } from '../../platform/crypto/blind-index.js';
import { sixDigits } from '../../platform/crypto/digits.js';

@Injectable()
export class DeviceValues {
  constructor(private readonly index: BlindIndex) {}

  /** What a registration's proof has to name beside the ticket; 256 bits in base64url. */
  nonce(tenantId: string, registrationId: string): string {
    return this.index.of(tenantId, 'device-registration', registrationId).toString('base64url');
  }

  /**
   * The number that the application shows and the user types on the device; six digits.
   * SECURITY(T-35): the device is never sent it: whoever approves without seeing the application's screen has to guess, once.
   */
  matchCode(tenantId: string, challengeId: string): string {
    return sixDigits(this.index.of(tenantId, 'match-code', challengeId));
  }
}
