import { z } from 'zod';
import { FOLLOWERS } from '../../abuse/lag/lag.policy.js';

export const Health = z
  .object({
    status: z.literal('ok'),
    behind: z.array(z.enum(FOLLOWERS)).optional().meta({
      description: 'What cannot keep up with the events. Requests are answered all the same; alerts come late.',
    }),
  })
  .meta({ examples: [{ status: 'ok' }] });
export type Health = z.infer<typeof Health>;
