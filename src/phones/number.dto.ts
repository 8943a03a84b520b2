import { z } from 'zod';
import { readPhoneNumber, type PhoneNumber } from './number.policy.js';

/** As typed. 64 characters: a number has 15 digits, and people add spaces, brackets and dashes. */
export const Spelling = z
  .string()
  .max(64)
  .meta({
    description: 'With its country code, in any spelling: `+1 (201) 555-0123`. It is never in a response.',
    examples: ['+12015550123'],
  });

/** For the transform of a body: the canonical number, or an issue of the field `phoneNumber`. */
export function numberIn({ phoneNumber }: { phoneNumber: string }, context: z.core.$RefinementCtx): PhoneNumber {
  const read = readPhoneNumber(phoneNumber);
  if (read) return read;
  const message = 'must be a phone number with its country code and without an extension';
  context.addIssue({ code: 'custom', path: ['phoneNumber'], message });
  return z.NEVER;
}
