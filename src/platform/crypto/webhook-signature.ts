/**
 * Signs messages to a tenant by Standard Webhooks 1.0: the receiver verifies id, time and body with the shared secret.
 * https://www.standardwebhooks.com
 */
import { createHmac } from 'node:crypto';
import { secureRandom } from './random.js';

const PREFIX = 'whsec_';
// The specification asks for 24 to 64.
const SECRET_BYTES = 32;

export function newWebhookSecret(): Buffer {
  return secureRandom(SECRET_BYTES);
}

/** The form in which the tenant gets its secret. */
export function writtenSecret(secret: Buffer): string {
  return PREFIX + secret.toString('base64');
}

export interface Message {
  /** The same at each try, so that the receiver recognises a repetition. */
  readonly id: string;
  readonly nowMs: number;
  readonly body: string;
}

/** The three headers of a message, signed with each secret. The receiver may hold either. */
export function webhookHeaders(secrets: readonly Buffer[], { id, nowMs, body }: Message): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1_000));
  const signed = (secret: Buffer) =>
    `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': secrets.map(signed).join(' ') };
}
