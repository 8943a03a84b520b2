import type { AuditAction } from '../contract/audit-actions.js';

/** The actions that a user's devices list. The database functions hold the same list (20261128040000_event_numbers). */
export const NOTICES = [
  'factor.activated',
  'factor.removed',
  'factor.recovery_codes_generated',
  'recovery.begun',
  'recovery.approved',
  'recovery.ticket_issued',
  'recovery.completed',
  'user.unlocked',
] as const satisfies readonly AuditAction[];

export type Notice = (typeof NOTICES)[number];
