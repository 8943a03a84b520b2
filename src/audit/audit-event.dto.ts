// What a tenant reads of its own log. Ids are TypeIDs; a field that is empty is left out.
import { z } from 'zod';
import { NextCursor } from '../contract/paging.js';

export const AuditEvent = z.object({
  id: z.string().meta({ examples: ['evt_01kaqy4zq7e1kvf3xh2vbsrzq0'] }),
  at: z.string().meta({ description: 'RFC 3339, UTC.' }),
  action: z.string().meta({ examples: ['verification.refused'] }),
  reason: z
    .string()
    .optional()
    .meta({ examples: ['replayed_code'] }),
  clientId: z.string().optional(),
  userId: z.string().optional(),
  targetId: z.string().optional(),
  address: z.string().optional(),
  requestId: z.string().optional(),
});

export const AuditEventPage = z.object({ data: z.array(AuditEvent), nextCursor: NextCursor });

export type AuditEvent = z.infer<typeof AuditEvent>;
export type AuditEventPage = z.infer<typeof AuditEventPage>;
