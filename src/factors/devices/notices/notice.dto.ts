import { z } from 'zod';
import { NOTICES } from '../../../audit/notices.js';
import { NextCursor } from '../../../contract/paging.js';
import { FACTOR_TYPES } from '../../factor-method.js';

export const NoticePage = z
  .object({
    data: z.array(
      z.object({
        id: z.string(),
        at: z.string(),
        what: z.enum(NOTICES).meta({ description: "As in the tenant's audit events." }),
        factorType: z.enum(FACTOR_TYPES).optional(),
        opensAt: z
          .string()
          .optional()
          .meta({ description: 'Of a recovery: until this time any proof of the user cancels it.' }),
      }),
    ),
    nextCursor: NextCursor,
  })
  .meta({
    examples: [
      {
        data: [
          {
            id: 'evt_01kaqy4zq7e1kvf3xh2vbsrzq0',
            at: '2026-11-24T09:00:00.000Z',
            what: 'factor.activated',
            factorType: 'totp',
          },
        ],
        nextCursor: null,
      },
    ],
  });

export type NoticePage = z.infer<typeof NoticePage>;
