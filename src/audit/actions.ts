// The closed list of audit actions: what happened, to what. Adding one? Also: docs/audit-events.md.
export const AUDIT_ACTIONS = {
  'tenant.created': 'A tenant was made by an operator.',
  'client.created': 'A client was made by an operator.',
  'client.suspended': 'A client was suspended: its tokens are void.',
  'client.resumed': 'A suspended client may ask for tokens again.',
  'client.secret_added': 'A client received a second secret.',
  'client.secret_revoked': 'A secret of a client was revoked.',
  'token.issued': 'An access token was issued to a client.',
  'token.refused': 'A token request was refused.',
  'factor.enrolment_opened': 'An enrolment was opened; the factor is pending and does not count.',
  'factor.activated': 'A factor was confirmed and counts from now on.',
  'factor.confirmation_refused': 'A confirmation was refused.',
  'factor.removed': 'A factor was removed.',
  'verification.approved': 'A code was accepted and spent.',
  'verification.refused': 'A code was refused.',
} as const;

export type AuditAction = keyof typeof AUDIT_ACTIONS;

/** Why a proof was refused. It stands in the audit event only, never in the answer. */
export const REFUSAL_REASONS = [
  'wrong_code',
  'replayed_code',
  'locked',
  'codes_stopped',
  'not_enrolled',
  'not_pending',
] as const;

export type RefusalReason = (typeof REFUSAL_REASONS)[number];

export type AuditReason = RefusalReason | 'wrong_secret' | 'scope_not_allowed' | 'suspended' | 'pending';
