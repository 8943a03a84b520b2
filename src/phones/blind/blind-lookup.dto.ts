import { z } from 'zod';

const ID = 'bll_01kaqy4zq7e1kvf3xh2vbsrzq0';

export const LookupId = z
  .string()
  .regex(/^bll_[0-7][0-9a-hjkmnp-tv-z]{25}$/)
  .meta({ description: 'Id of a blind look-up.', examples: [ID] });

export const BegunLookup = z
  .object({ id: z.string(), expiresAt: z.string() })
  .meta({ examples: [{ id: ID, expiresAt: '2026-11-24T09:05:00.000Z' }] });

export const PhoneCode = z
  .string()
  .regex(/^[0-9]{6}$/, 'must be 6 ASCII digits')
  .meta({ description: 'What was sent to the phone.', examples: ['123456'] });

export const AnswerLookup = z.strictObject({ code: PhoneCode }).meta({ examples: [{ code: '123456' }] });

export const AnsweredLookup = z.object({ userId: z.string() }).meta({ examples: [{ userId: 'user-1' }] });

export type BegunLookup = z.infer<typeof BegunLookup>;
export type AnswerLookup = z.infer<typeof AnswerLookup>;
export type AnsweredLookup = z.infer<typeof AnsweredLookup>;
