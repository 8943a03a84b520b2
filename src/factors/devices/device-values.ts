// Values that are derived instead of stored: keyed hashes, as with WebAuthn (ADR 0015).
import { Injectable } from '@nestjs/common';
import { BlindIndex } from '../../platform/crypto/blind-index.js';
import { sixDigits } from '../../platform/crypto/digits.js';

@Injectable()
export class DeviceValues {
  constructor(private readonly index: BlindIndex) {}

  /** Named by the proof of a registration, beside the ticket. 256 bits in base64url. */
  nonce(tenantId: string, registrationId: string): string {
    return this.index.of(tenantId, 'device-registration', registrationId).toString('base64url');
  }

  /**
   * The six digits that the application shows and the user types on the device.
   * SECURITY(T-35): the device does not receive them. A user who approves without the application's screen has one
   * guess.
   */
  matchCode(tenantId: string, challengeId: string): string {
    return sixDigits(this.index.of(tenantId, 'match-code', challengeId));
  }
}
