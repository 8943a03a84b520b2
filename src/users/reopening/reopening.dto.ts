import { z } from 'zod';

export const CodesReopening = z
  .object({
    status: z.enum(['asked', 'reopened']).meta({
      description: '`asked`: another client has to confirm. `reopened`: the count of wrong codes starts again at zero.',
    }),
    endsAt: z
      .string()
      .nullable()
      .meta({ description: 'Until when another client can confirm. Null once it has. RFC 3339, UTC.' }),
  })
  .meta({ examples: [{ status: 'asked', endsAt: '2026-11-28T10:00:00.000Z' }] });

export type CodesReopening = z.infer<typeof CodesReopening>;
