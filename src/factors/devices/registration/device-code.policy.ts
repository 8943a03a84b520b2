import { sha256Text } from '../../../platform/crypto/digest.js';
import { sixDigits } from '../../../platform/crypto/digits.js';

/**
 * What a device shows after its registration and the user types into the application: whoever else had the ticket has
 * another key, and so another code.
 * @param thumbprint RFC 7638, of the device's public key
 * @param nonce of the registration
 */
export function deviceCode(thumbprint: string, nonce: string): string {
  return sixDigits(Buffer.from(sha256Text(`${nonce}.${thumbprint}`), 'base64url'));
}
