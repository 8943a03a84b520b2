/** How often a code is sent, its text, and why it is withheld. Pure. */
import type { MessageRefusalReason } from '../../contract/audit-actions.js';
import type { RiskAnswer } from '../../phones/settings/phone-settings.policy.js';
import type { CodeMessage } from './message-transport.js';
import type { Purpose } from '../../phones/messages/message.statement.js';

/** Immediately, and once more some seconds later if the transport did not accept it. */
export const TRIES = 2;
export const SECONDS_TO_NEXT = 5;
/** Milliseconds that a person needs to type a code. A code with less time left is not sent. */
const TYPING_MS = 30_000;

/** The subjects of a code's counters, as keyed hashes. */
export interface Block {
  readonly prefix: Buffer;
  readonly number: Buffer;
}

export interface Withheld {
  readonly reason: MessageRefusalReason;
  /** The setting of the tenant for a withheld code. */
  readonly demand?: Exclude<RiskAnswer, 'send'>;
}

/** The message to send, or the reason why it is withheld. */
export type OutgoingCode = CodeMessage | Withheld;

export function isWithheld(code: OutgoingCode): code is Withheld {
  return 'reason' in code;
}

/** Whether there is still time to use a code that waits this long. */
export function isInTime({ expiresAt }: { expiresAt: Date }, nowMs: number, waitMs = 0): boolean {
  return nowMs + waitMs + TYPING_MS <= expiresAt.getTime();
}

const WORDS: Readonly<Record<Purpose, string>> = {
  enrolment: 'is the code that adds this phone to your account with',
  challenge: 'is your code for',
  blind_lookup: 'is the code that finds your account with',
};

/** The text states the purpose: a caller who asks for the code on the telephone claims another one. */
export function messageText({ purpose, code, tenantName }: { purpose: Purpose; code: string; tenantName: string }) {
  return `${code} ${WORDS[purpose]} ${tenantName}. Do not share it. If you did not ask for it, do nothing.`;
}
