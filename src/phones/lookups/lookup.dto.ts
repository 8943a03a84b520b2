import { z } from 'zod';
import { numberIn, Spelling } from '../number.dto.js';

export const AskedNumber = z
  .strictObject({ phoneNumber: Spelling })
  .meta({ examples: [{ phoneNumber: '+12015550123' }] })
  .transform((body, context) => ({ phoneNumber: numberIn(body, context) }));

export const PhoneMatch = z.object({ match: z.boolean() }).meta({ examples: [{ match: true }] });

export const PhoneLookup = z.object({ registered: z.boolean() }).meta({ examples: [{ registered: false }] });

export type AskedNumber = z.infer<typeof AskedNumber>;
export type PhoneMatch = z.infer<typeof PhoneMatch>;
export type PhoneLookup = z.infer<typeof PhoneLookup>;
