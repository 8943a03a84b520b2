import { z } from 'zod';
import { typeIdSchema } from '../../contract/type-id.dto.js';
import { EndUser } from '../../users/browsers/end-user.dto.js';
import { numberIn, Spelling } from '../number.dto.js';

const ID = 'bll_01kaqy4zq7e1kvf3xh2vbsrzq0';

export const LookupId = typeIdSchema('bll', { description: 'Id of a blind look-up.', example: ID });

const EndUserAddress = EndUser.pick({ ip: true }).meta({
  description:
    'The end user behind the call. With `ip`, a network (IPv6: /64) that answered a look-up of this ' +
    'client within 30 days has a reserved share of the limits. Other networks cannot use it up.',
});

export const BeginLookup = z
  .strictObject({ phoneNumber: Spelling, endUser: EndUserAddress.optional() })
  .meta({ examples: [{ phoneNumber: '+12015550123', endUser: { ip: '203.0.113.7' } }] })
  .transform(({ endUser, ...body }, context) => ({ phoneNumber: numberIn(body, context), endUser }));

export const BegunLookup = z
  .object({ id: z.string(), expiresAt: z.string() })
  .meta({ examples: [{ id: ID, expiresAt: '2026-11-24T09:05:00.000Z' }] });

export const PhoneCode = z
  .string()
  // Six digits were the form of an older version: a wrong code, not a malformed request.
  .regex(/^[0-9]{6}(?:[0-9]{2})?$/, 'must be 8 ASCII digits')
  .meta({ description: 'The code that was sent to the phone.', examples: ['12345678'] });

export const AnswerLookup = z.strictObject({ code: PhoneCode }).meta({ examples: [{ code: '12345678' }] });

export const AnsweredLookup = z.object({ userId: z.string() }).meta({ examples: [{ userId: 'user-1' }] });

export type BeginLookup = z.infer<typeof BeginLookup>;
export type BegunLookup = z.infer<typeof BegunLookup>;
export type AnswerLookup = z.infer<typeof AnswerLookup>;
export type AnsweredLookup = z.infer<typeof AnsweredLookup>;
