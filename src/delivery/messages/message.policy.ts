/** How often a code is tried to be sent, in which words, and why not. Pure. */
import type { MessageRefusalReason } from '../../contract/audit-actions.js';
import type { RiskAnswer } from '../../phones/settings/phone-settings.policy.js';
import type { CodeMessage } from './message-transport.js';
import type { Purpose } from '../../phones/messages/message.statement.js';

/** At once, and once more some seconds later where the transport did not take it. */
export const TRIES = 2;
export const SECONDS_TO_NEXT = 5;
/** Milliseconds that a person needs with a code; one that comes later is not sent any more. */
const TYPING_MS = 30_000;

/** What a code is counted for, as keyed hashes. */
export interface Block {
  readonly prefix: Buffer;
  readonly number: Buffer;
}

export interface Withheld {
  readonly reason: MessageRefusalReason;
  /** What the tenant wants instead. */
  readonly demand?: Exclude<RiskAnswer, 'send'>;
}

/** What is to be sent, or why it is not. */
export type OutgoingCode = CodeMessage | Withheld;

export function isWithheld(code: OutgoingCode): code is Withheld {
  return 'reason' in code;
}

/** Whether a code that waits so long is still of use. */
export function isInTime({ expiresAt }: { expiresAt: Date }, nowMs: number, waitMs = 0): boolean {
  return nowMs + waitMs + TYPING_MS <= expiresAt.getTime();
}

const WORDS: Readonly<Record<Purpose, string>> = {
  enrolment: 'is the code that adds this phone to your account with',
  challenge: 'is your code for',
  blind_lookup: 'is the code that finds your account with',
};

/** What it is for stands beside the code: whoever asks for it on the telephone asks for something else. */
export function messageText({ purpose, code, tenantName }: { purpose: Purpose; code: string; tenantName: string }) {
  return `${code} ${WORDS[purpose]} ${tenantName}. Give it to nobody. If you did not ask for it, do nothing.`;
}
