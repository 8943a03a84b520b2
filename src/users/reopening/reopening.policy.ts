/**
 * Four eyes over the count of wrong codes: a client asks to count them anew, and within an hour another client asks for the same. Once in
 * 30 days, so that two stolen credentials double the odds of a month and no more. Facts and time in, verdict out.
 */
import { z } from 'zod';
import { dateAt } from '../../platform/clock/clock.js';
import type { ReopeningRefusalReason } from '../../contract/audit-actions.js';

const ASKED_HOURS = 1;
export const AGAIN_AFTER_DAYS = 30;
const HOUR_MS = 3_600_000;

/** Who asked, and until when another client may. */
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
  // RFC 3339 texts of one form: comparing them compares times.
  if (asked === null || asked.until <= dateAt(nowMs).toISOString())
    return { asked: { client: clientId, until: dateAt(nowMs + ASKED_HOURS * HOUR_MS).toISOString() } };
  // SECURITY(T-45): a second token or secret of a client is the same client.
  return asked.client === clientId ? { refused: 'same_client_again' } : { reopened: true };
}
