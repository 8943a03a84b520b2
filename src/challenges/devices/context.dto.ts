// What a device shows its user beside the action: as sent, and nothing that could pretend to be something else.
import { z } from 'zod';
import { visibleText } from '../../contract/visible-text.js';

export const ChallengeContext = z
  .strictObject({
    text: visibleText(200).meta({ description: 'What is to be approved, in the words of the application.' }),
    amount: z
      .strictObject({
        value: z.string().regex(/^-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,8})?$/, 'must be a decimal number'),
        currency: z.string().regex(/^[A-Z]{3}$/, 'must be a code of ISO 4217'),
      })
      .optional(),
    origin: visibleText(100).optional().meta({ description: 'Where the user is asked: the site, the application.' }),
    place: visibleText(64).optional().meta({ description: 'Roughly where the request came from: a town, a country.' }),
  })
  .meta({
    description: 'Of type `device`: what the device shows its user, and what it signs.',
    examples: [{ text: 'Pay the invoice 4711', amount: { value: '120.00', currency: 'EUR' }, origin: 'shop.example' }],
  });
export type ChallengeContext = z.infer<typeof ChallengeContext>;
