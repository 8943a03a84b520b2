/**
 * The stages of a recovery, the delayed way back for a user who lost all factors (SP 800-63B-4 §4.2). Pure: from facts and
 * time to the next state, or the reason of a refusal. A user has at most one open recovery. It is stored in the user's row,
 * where every accepted proof ends it (attempt.statement.ts).
 *
 *   asked ─approve─▸ waiting ─time─▸ open ─ticket─▸ ticket_issued ─use─▸ enrolling ─confirmation─▸ (completed)
 *   a recovery code starts at waiting
 */
import { z } from 'zod';
import type { RecoveryRefusalReason } from '../../contract/audit-actions.js';
import { dateAt } from '../../platform/clock/clock.js';
import { constantTimeEqual } from '../../platform/crypto/constant-time.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Hours in which another client has to approve a reset. */
export const APPROVAL_HOURS = 1;
/** Hours after the delay in which the ticket is available. */
export const OPEN_HOURS = 24;
/** Hours until a ticket expires. */
export const TICKET_HOURS = 1;
/** The lifetime of a pending factor. */
export const ENROLLING_MINUTES = 10;

/** Times are RFC 3339 texts of one form: comparing texts compares times, in SQL too. */
const Recovery = z.strictObject({
  id: z.string(),
  by: z.enum(['recovery_code', 'reset']),
  /** The client that started it. Only this client gets the ticket. */
  client: z.string(),
  stage: z.enum(['asked', 'delayed', 'ticketed', 'enrolling']),
  startedAt: z.string(),
  /** Null until a reset is approved. */
  opensAt: z.string().nullable(),
  /** When the present stage, and with it the recovery, expires. */
  endsAt: z.string(),
  /** SHA-256 of the ticket, hexadecimal. Null before it is issued and after it is used. */
  ticket: z.string().nullable(),
  statedReason: z.string().optional(),
});

export type Recovery = z.infer<typeof Recovery>;

export const RECOVERY_STATUSES = ['asked', 'waiting', 'open', 'ticket_issued', 'enrolling'] as const;

export type RecoveryStatus = (typeof RECOVERY_STATUSES)[number];

/** Why a step is refused. `no_recovery`: the recovery of this id does not exist, or is over. */
export type RecoveryRefusal = 'no_recovery' | RecoveryRefusalReason;

/** The acting client, and the time. */
export interface Act {
  readonly clientId: string;
  readonly nowMs: number;
}

/** Throws if the row holds anything else than this file writes. */
export function readRecovery(column: unknown): Recovery | null {
  return column === null ? null : Recovery.parse(column);
}

/** Null when it is over. */
export function statusOf({ stage, opensAt, endsAt }: Recovery, nowMs: number): RecoveryStatus | null {
  const now = textOf(nowMs);
  if (now >= endsAt) return null;
  if (stage === 'ticketed') return 'ticket_issued';
  if (stage !== 'delayed') return stage;
  return opensAt !== null && now >= opensAt ? 'open' : 'waiting';
}

/** Started by an accepted recovery code. Voids an open recovery, since the code is a proof. */
export function begun({ clientId, nowMs }: Act, { id, delayHours }: { id: string; delayHours: number }): Recovery {
  const start = { id, by: 'recovery_code', client: clientId, startedAt: textOf(nowMs) } as const;
  return { ...start, ...delayed(nowMs, delayHours) };
}

/** Started by a client with `tenant:admin`, which proves nothing of the user. So it does not void an open recovery. */
export function asked(
  current: Recovery | null,
  { clientId, nowMs }: Act,
  { id, statedReason }: { id: string; statedReason: string },
): Recovery | RecoveryRefusal {
  if (current && statusOf(current, nowMs) !== null) return 'recovery_open';
  const start = { id, by: 'reset', client: clientId, startedAt: textOf(nowMs), statedReason } as const;
  return { ...start, stage: 'asked', ticket: null, opensAt: null, endsAt: textOf(nowMs + APPROVAL_HOURS * HOUR_MS) };
}

/**
 * SECURITY(T-32): by another client than the one that requested it. One stolen credential alone cannot recover a user.
 */
export function approved(
  current: Recovery | null,
  { clientId, nowMs }: Act,
  { id, delayHours }: { id: string; delayHours: number },
): Recovery | RecoveryRefusal {
  const open = openOne(current, id, nowMs);
  if (open?.status !== 'asked') return 'no_recovery';
  if (open.recovery.client === clientId) return 'same_client';
  return { ...open.recovery, ...delayed(nowMs, delayHours) };
}

/** SECURITY(T-31): not before the end of the delay, once, and only to the client that started it. */
export function ticketed(
  current: Recovery | null,
  { clientId, nowMs }: Act,
  { id, ticket }: { id: string; ticket: string },
): Recovery | RecoveryRefusal {
  const open = openOne(current, id, nowMs);
  if (!open) return 'no_recovery';
  const { recovery, status } = open;
  if (recovery.client !== clientId) return 'another_client';
  if (status === 'asked' || status === 'waiting') return 'not_open_yet';
  if (status !== 'open') return 'ticket_issued';
  return { ...recovery, stage: 'ticketed', ticket, endsAt: textOf(nowMs + TICKET_HOURS * HOUR_MS) };
}

/** The state after the use of the ticket. Null if it is another ticket, or too late. */
export function enrolling(current: Recovery | null, ticket: string, nowMs: number): Recovery | null {
  if (!current || statusOf(current, nowMs) !== 'ticket_issued') return null;
  if (current.ticket === null || !constantTimeEqual(current.ticket, ticket)) return null;
  return { ...current, stage: 'enrolling', ticket: null, endsAt: textOf(nowMs + ENROLLING_MINUTES * MINUTE_MS) };
}

/** The recovery that can be cancelled, at any stage. */
export function cancelled(current: Recovery | null, id: string, nowMs: number): Recovery | RecoveryRefusal {
  return openOne(current, id, nowMs)?.recovery ?? 'no_recovery';
}

/** The recovery of this id with its status. Null if it is another one, or over. */
function openOne(current: Recovery | null, id: string, nowMs: number) {
  if (current?.id !== id) return null;
  const status = statusOf(current, nowMs);
  return status && { recovery: current, status };
}

function delayed(nowMs: number, delayHours: number) {
  const opens = nowMs + delayHours * HOUR_MS;
  return {
    stage: 'delayed',
    ticket: null,
    opensAt: textOf(opens),
    endsAt: textOf(opens + OPEN_HOURS * HOUR_MS),
  } as const;
}

function textOf(ms: number): string {
  return dateAt(ms).toISOString();
}
