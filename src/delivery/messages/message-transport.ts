// Brings a code to a phone. Adding a way? A class that implements this, its name in TRANSPORTS (phone-settings.policy.ts), and its place
// in message-transports.ts.
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
  /** What the person is to read, with the code in it. */
  readonly text: string;
  readonly expiresAt: Date;
}

export interface MessageTransport {
  /** True when it was taken, false when this one was refused. An error means that whoever was asked failed, or that nobody knows. */
  deliver(message: CodeMessage, settings: StoredPhoneSettings): Promise<boolean>;
}
