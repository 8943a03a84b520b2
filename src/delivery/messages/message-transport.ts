// Sends a code to a phone. Adding a transport? A class that implements this, its name in TRANSPORTS
// (phone-settings.policy.ts), and its place in message-transports.ts.
import type { StoredPhoneSettings } from '../../phones/settings/phone-settings.policy.js';

export interface CodeMessage {
  /** TypeID; the same at each try. */
  readonly id: string;
  /** UUID. */
  readonly tenantId: string;
  /** E.164. */
  readonly phoneNumber: string;
  readonly channel: 'sms';
  readonly purpose: 'enrolment' | 'challenge' | 'blind_lookup';
  /** Six digits. */
  readonly code: string;
  /** The text of the message, with the code. */
  readonly text: string;
  readonly expiresAt: Date;
}

export interface MessageTransport {
  /** True: accepted. False: this message was refused. An error: the provider failed, or the result is unknown. */
  deliver(message: CodeMessage, settings: StoredPhoneSettings): Promise<boolean>;
}
