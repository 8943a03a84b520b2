// An audit event as the tenant reads it. Ids are TypeIDs. Empty fields are left out.
import { z } from 'zod';
import { NextCursor } from '../contract/paging.js';
import { AUDIT_DETAILS, type AuditDetails } from '../contract/audit-actions.js';

const DETAIL_NAMES = Object.keys(AUDIT_DETAILS) as (keyof AuditDetails)[];
const detail = (name: keyof AuditDetails) => z.string().optional().meta({ description: AUDIT_DETAILS[name] });

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
  endUserAddress: z.string().optional().meta({ description: "The end user's address, from `endUser.ip`." }),
  requestId: z.string().optional(),
  details: z.object(Object.fromEntries(DETAIL_NAMES.map((name) => [name, detail(name)]))).optional(),
});

export const AuditEventPage = z.object({ data: z.array(AuditEvent), nextCursor: NextCursor }).meta({
  examples: [
    {
      data: [
        {
          id: 'evt_01kaqy4zq7e1kvf3xh2vbsrzq0',
          at: '2026-11-23T09:00:00.000Z',
          action: 'verification.refused',
          reason: 'replayed_code',
          clientId: 'cli_01kaqy4zq7e1kvf3xh2vbsrzq0',
          userId: 'user-1',
          targetId: 'fac_01kaqy4zq7e1kvf3xh2vbsrzq0',
          address: '192.0.2.7',
          requestId: 'req_0f1e2d3c4b5a69788796a5b4c3d2e1f0',
        },
      ],
      nextCursor: null,
    },
  ],
});

export type AuditEvent = z.infer<typeof AuditEvent>;
export type AuditEventPage = z.infer<typeof AuditEventPage>;
