/** How often a code is tried to be sent, and in which words. Pure. */
import type { Purpose } from '../../phones/messages/message.statement.js';

/** At once, and once more some seconds later where the transport did not take it. */
export const TRIES = 2;
export const SECONDS_TO_NEXT = 5;
/** Milliseconds that a person needs with a code; one that comes later is not sent any more. */
const TYPING_MS = 30_000;

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
