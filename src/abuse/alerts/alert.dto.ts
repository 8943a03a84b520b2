import { z } from 'zod';
import { NextCursor } from '../../contract/paging.js';
import { ALERT_KINDS, type AlertKind } from './alert-kinds.js';

const KINDS = Object.keys(ALERT_KINDS) as [AlertKind, ...AlertKind[]];

export const Alert = z.object({
  id: z.string(),
  kind: z.enum(KINDS).meta({ description: KINDS.map((kind) => `\`${kind}\`: ${ALERT_KINDS[kind].means}`).join(' ') }),
  severity: z.enum(['warning', 'critical']),
  clientId: z
    .string()
    .optional()
    .meta({ description: 'Absent if the alert is about all clients of the tenant together.' }),
  count: z.int().meta({ description: 'How often it was raised on this day (UTC).' }),
  firstAt: z.string().meta({ description: 'RFC 3339, UTC.' }),
  lastAt: z.string(),
});

export const AlertPage = z.object({ data: z.array(Alert), nextCursor: NextCursor }).meta({
  examples: [
    {
      data: [
        {
          id: 'alr_01kaqy4zq7e1kvf3xh2vbsrzq0',
          kind: 'look_ups_stopped',
          severity: 'critical',
          clientId: 'cli_01kaqy4zq7e1kvf3xh2vbsrzq0',
          count: 1,
          firstAt: '2026-11-25T09:00:00.000Z',
          lastAt: '2026-11-25T09:00:00.000Z',
        },
      ],
      nextCursor: null,
    },
  ],
});

export type Alert = z.infer<typeof Alert>;
export type AlertPage = z.infer<typeof AlertPage>;
