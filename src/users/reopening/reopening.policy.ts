/**
 * Four eyes for a reset of the count of wrong codes: a client asks, and within an hour another client confirms. At most
 * once in 30 days, so that two stolen credentials at most double the odds of a month. Pure.
 */
import { z } from 'zod';
import { dateAt } from '../../platform/clock/clock.js';
import type { ReopeningRefusalReason } from '../../contract/audit-actions.js';

const ASKED_HOURS = 1;
export const AGAIN_AFTER_DAYS = 30;
const HOUR_MS = 3_600_000;

/** The client that asked, and until when another client can confirm. */
export const Asked = z.strictObject({ client: z.string(), until: z.string() });

export type Asked = z.infer<typeof Asked>;

export interface ReopeningState {
  readonly asked: Asked | null;
  readonly reopenedAtMs: number | null;
}

export type ReopeningVerdict =
  { readonly asked: Asked } | { readonly reopened: true } | { readonly refused: ReopeningRefusalReason };

export function decideReopening(
  { asked, reopenedAtMs }: ReopeningState,
  { clientId, nowMs }: { clientId: string; nowMs: number },
): ReopeningVerdict {
  if (reopenedAtMs !== null && nowMs < reopenedAtMs + AGAIN_AFTER_DAYS * 24 * HOUR_MS)
    return { refused: 'reopened_before' };
  // RFC 3339 texts of one form: comparing texts compares times.
  if (asked === null || asked.until <= dateAt(nowMs).toISOString())
    return { asked: { client: clientId, until: dateAt(nowMs + ASKED_HOURS * HOUR_MS).toISOString() } };
  // SECURITY(T-45): another token or secret of the same client does not count as another client.
  return asked.client === clientId ? { refused: 'same_client_again' } : { reopened: true };
}
