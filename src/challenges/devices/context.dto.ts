// What a device shows beside the action: as sent, without characters that could make it look like another text.
import { z } from 'zod';
import { visibleText } from '../../contract/visible-text.js';

export const ChallengeContext = z
  .strictObject({
    text: visibleText(200).meta({ description: 'What the user is asked to approve, in the words of the application.' }),
    amount: z
      .strictObject({
        value: z.string().regex(/^-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,8})?$/, 'must be a decimal number'),
        currency: z.string().regex(/^[A-Z]{3}$/, 'must be a code of ISO 4217'),
      })
      .optional(),
    origin: visibleText(100)
      .optional()
      .meta({ description: 'Where the user is asked, such as a site or application.' }),
    place: visibleText(64)
      .optional()
      .meta({ description: 'The approximate origin of the request, such as a town or country.' }),
  })
  .meta({
    description: 'Of type `device`: the context that the device shows and signs.',
    examples: [{ text: 'Pay the invoice 4711', amount: { value: '120.00', currency: 'EUR' }, origin: 'shop.example' }],
  });
export type ChallengeContext = z.infer<typeof ChallengeContext>;
