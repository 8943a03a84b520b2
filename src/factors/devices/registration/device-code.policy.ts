import { sha256Text } from '../../../platform/crypto/digest.js';
import { sixDigits } from '../../../platform/crypto/digits.js';

/**
 * The code that the device shows after its registration. Another person with the ticket has another key, and so another
 * code.
 * @param thumbprint RFC 7638, of the device's public key
 * @param nonce of the registration
 */
export function deviceCode(thumbprint: string, nonce: string): string {
  return sixDigits(Buffer.from(sha256Text(`${nonce}.${thumbprint}`), 'base64url'));
}
