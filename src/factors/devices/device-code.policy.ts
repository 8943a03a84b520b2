/** Six digits for a person to compare or type. */
import { sha256Text } from '../../platform/crypto/digest.js';

/** Of 32 random bytes; 48 bits of them, so that no code is likelier than another by more than 4 in 10^9. */
export function sixDigits(bytes: Buffer): string {
  return String(bytes.readUIntBE(0, 6) % 1_000_000).padStart(6, '0');
}

/**
 * What a device shows after its registration and the user types into the application: whoever else had the ticket has
 * another key, and so another code.
 * @param thumbprint RFC 7638, of the device's public key
 * @param nonce of the registration
 */
export function deviceCode(thumbprint: string, nonce: string): string {
  return sixDigits(Buffer.from(sha256Text(`${nonce}.${thumbprint}`), 'base64url'));
}
