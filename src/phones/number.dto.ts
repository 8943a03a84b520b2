import { z } from 'zod';
import { readPhoneNumber, type PhoneNumber } from './number.policy.js';

/** As it was typed. 64: a number has 15 digits, and people write spaces, brackets and dashes between them. */
export const Spelling = z
  .string()
  .max(64)
  .meta({
    description: 'With its country code, in any spelling: `+1 (201) 555-0123`. It is never echoed.',
    examples: ['+12015550123'],
  });

/** For the transform of a body: the number that was meant, or an issue of its field `phoneNumber`. */
export function numberIn({ phoneNumber }: { phoneNumber: string }, context: z.core.$RefinementCtx): PhoneNumber {
  const read = readPhoneNumber(phoneNumber);
  if (read) return read;
  const message = 'must be a phone number with its country code and without an extension';
  context.addIssue({ code: 'custom', path: ['phoneNumber'], message });
  return z.NEVER;
}
