// Phones as the application reads them, without their numbers.
import { z } from 'zod';
import { SixDigits } from '../../contract/six-digits.dto.js';
import { typeIdSchema } from '../../contract/type-id.dto.js';
import { NextCursor } from '../../contract/paging.js';
import { numberIn, Spelling } from '../../phones/number.dto.js';

const ID = 'phn_01kaqy4zq7e1kvf3xh2vbsrzq0';

export const PhoneId = typeIdSchema('phn', {
  description: 'Id of a phone: the id of its factor with another prefix.',
  example: ID,
});

const Channel = z.enum(['sms']).meta({ description: 'How codes are sent: by text message.' });

export const EnrolPhone = z
  .strictObject({ phoneNumber: Spelling, channel: Channel.optional() })
  .meta({ examples: [{ phoneNumber: '+12015550123', channel: 'sms' }] })
  .transform(({ channel = 'sms' as const, ...body }, context) => ({ phoneNumber: numberIn(body, context), channel }));

/** SP 800-63B-4 §3.2.9: a user who is offered a restricted authenticator must learn its risk and an alternative. */
export const NOTICE =
  'Other people can read codes by text message: with a second SIM card, at the carrier, or on a locked ' +
  'screen. Tell your user, and offer an authenticator app, a passkey or a device instead.';

export const PhoneEnrolment = z
  .object({
    id: z.string(),
    status: z.literal('pending'),
    expiresAt: z.string().meta({ description: 'When code and enrolment expire. RFC 3339 UTC.' }),
    notice: z.string().meta({ description: 'Show this to your user.' }),
    alternatives: z.array(z.string()).meta({ description: 'Kinds of factor without this restriction.' }),
  })
  .meta({
    examples: [
      {
        id: ID,
        status: 'pending',
        expiresAt: '2026-11-24T09:05:00.000Z',
        notice: NOTICE,
        alternatives: ['totp', 'webauthn', 'device'],
      },
    ],
  });

export const ConfirmPhone = z
  .strictObject({
    code: SixDigits.meta({ description: 'The code that was sent to the phone.' }),
  })
  .meta({ examples: [{ code: '123456' }] });

const Hint = z.string().meta({ description: 'The last two digits of the number.' });

export const ConfirmedPhone = z
  .object({ id: z.string(), status: z.literal('active'), hint: Hint })
  .meta({ examples: [{ id: ID, status: 'active', hint: '•• 23' }] });

export const ResentPhone = z
  .object({ id: z.string(), status: z.literal('pending'), expiresAt: z.string() })
  .meta({ examples: [{ id: ID, status: 'pending', expiresAt: '2026-11-24T09:05:00.000Z' }] });

const Phone = z.object({
  id: z.string(),
  channel: Channel,
  hint: Hint,
  status: z.enum(['pending', 'active']),
  createdAt: z.string(),
});

export const PhonePage = z.object({ data: z.array(Phone), nextCursor: NextCursor }).meta({
  examples: [
    {
      data: [{ id: ID, channel: 'sms', hint: '•• 23', status: 'active', createdAt: '2026-11-24T09:00:00.000Z' }],
      nextCursor: null,
    },
  ],
});

export type EnrolPhone = z.infer<typeof EnrolPhone>;
export type PhoneEnrolment = z.infer<typeof PhoneEnrolment>;
export type ConfirmPhone = z.infer<typeof ConfirmPhone>;
export type ConfirmedPhone = z.infer<typeof ConfirmedPhone>;
export type ResentPhone = z.infer<typeof ResentPhone>;
export type PhonePage = z.infer<typeof PhonePage>;
