/** Request ids: 122 random bits, made by the service and never taken from a header. */
import { randomUUID } from 'node:crypto';

export function newRequestId(): string {
  return `req_${randomUUID()}`;
}
