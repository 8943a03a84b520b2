/** Request ids: 128 random bits in hex, made by us and never taken from a header. */
import { secureRandom } from './random.js';

export function newRequestId(): string {
  return `req_${secureRandom(16).toString('hex')}`;
}
