import { z } from 'zod';
import { typeIdSchema } from '../contract/type-id.dto.js';
import { NextCursor } from '../contract/paging.js';
import { FACTOR_TYPES } from './factor-method.js';

export const FactorId = typeIdSchema('fac', {
  description: 'Id of a factor.',
  example: 'fac_01kaqy4zq7e1kvf3xh2vbsrzq0',
});

export const Factor = z.object({
  id: z.string(),
  type: z.enum(FACTOR_TYPES),
  status: z.enum(['pending', 'active']),
  createdAt: z.string(),
  remaining: z.int().optional().meta({ description: 'Number of unused recovery codes. Only of this type.' }),
});

export const FactorPage = z
  .object({
    data: z.array(Factor),
    mfaRequired: z.boolean().meta({ description: 'True once the user has had an active factor. Never false again.' }),
    nextCursor: NextCursor,
  })
  .meta({
    examples: [
      {
        data: [
          {
            id: 'fac_01kaqy4zq7e1kvf3xh2vbsrzq0',
            type: 'totp',
            status: 'active',
            createdAt: '2026-11-23T09:00:00.000Z',
          },
        ],
        mfaRequired: true,
        nextCursor: null,
      },
    ],
  });

export const ConfirmedFactor = z
  .object({ id: z.string(), type: z.enum(FACTOR_TYPES), status: z.literal('active') })
  .meta({ examples: [{ id: 'fac_01kaqy4zq7e1kvf3xh2vbsrzq0', type: 'totp', status: 'active' }] });

export type ConfirmedFactor = z.infer<typeof ConfirmedFactor>;
export type FactorPage = z.infer<typeof FactorPage>;
