// A recovery as the API shows it. The ticket is shown once and not stored.
import { z } from 'zod';
import { typeIdSchema } from '../../contract/type-id.dto.js';
import { toTypeId } from '../../platform/crypto/type-id.js';
import { RECOVERY_STATUSES, statusOf, type Recovery } from './recovery.policy.js';

const ID = 'rcv_01kaqy4zq7e1kvf3xh2vbsrzq0';

export const RecoveryId = typeIdSchema('rcv', { description: 'Id of a recovery.', example: ID });

const RecoveryStatusText = z.enum(RECOVERY_STATUSES).meta({
  description:
    '`asked`: another client has to approve. `waiting`: the delay runs. `open`: the ticket is available. ' +
    '`ticket_issued`: the ticket was issued. `enrolling`: it was used, and a factor is pending.',
});
const OpensAt = z.string().nullable().meta({ description: 'When the delay ends. Null before an approval.' });

export const RecoveryState = z
  .object({ id: z.string(), status: RecoveryStatusText, opensAt: OpensAt })
  .meta({ examples: [{ id: ID, status: 'waiting', opensAt: '2026-11-25T09:00:00.000Z' }] });

export const RecoveryList = z
  .object({
    data: z.array(
      z.object({
        id: z.string(),
        status: RecoveryStatusText,
        by: z.enum(['recovery_code', 'reset']),
        startedAt: z.string(),
        opensAt: OpensAt,
        statedReason: z.string().optional().meta({ description: 'Of a reset: the reason that the client stated.' }),
      }),
    ),
  })
  .meta({
    examples: [
      {
        data: [
          {
            id: ID,
            status: 'waiting',
            by: 'recovery_code',
            startedAt: '2026-11-24T09:00:00.000Z',
            opensAt: '2026-11-25T09:00:00.000Z',
          },
        ],
      },
    ],
  });

export const RecoveryTicket = z
  .object({
    ticket: z.string().meta({ description: 'For the header `Step-Up` of one enrolment. Shown this once.' }),
    expiresAt: z.string(),
  })
  .meta({
    examples: [{ ticket: 'rtk_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', expiresAt: '2026-11-25T10:00:00.000Z' }],
  });

export type RecoveryState = z.infer<typeof RecoveryState>;
export type RecoveryList = z.infer<typeof RecoveryList>;
export type RecoveryTicket = z.infer<typeof RecoveryTicket>;

/** Of a recovery that is not over. */
export function shownState(recovery: Recovery, nowMs: number): RecoveryState {
  const status = statusOf(recovery, nowMs);
  if (status === null) throw new Error('BUG: a recovery that is over is shown');
  return { id: toTypeId('rcv', recovery.id), status, opensAt: recovery.opensAt };
}

export function shownList(recovery: Recovery | null, nowMs: number): RecoveryList {
  if (!recovery || statusOf(recovery, nowMs) === null) return { data: [] };
  const { by, startedAt, statedReason } = recovery;
  const stated = statedReason === undefined ? {} : { statedReason };
  return { data: [{ ...shownState(recovery, nowMs), by, startedAt, ...stated }] };
}
