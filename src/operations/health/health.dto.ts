import { z } from 'zod';
import { FOLLOWERS } from '../../abuse/lag/lag.policy.js';

export const Health = z
  .object({
    status: z.literal('ok'),
    behind: z.array(z.enum(FOLLOWERS)).optional().meta({
      description: 'What processes events late. Requests are still answered; alerts come late.',
    }),
  })
  .meta({ examples: [{ status: 'ok' }] });
export type Health = z.infer<typeof Health>;
