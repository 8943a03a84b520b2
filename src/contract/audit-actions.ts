// The closed list of audit actions. Adding one? Also: docs/audit-events.md.
export const AUDIT_ACTIONS = {
  'installation.restored':
    'An operator restored an older state of the database. Events of the time between are missing. All ' +
    'tokens and assertions are void.',
  'tenant.created': 'An operator made a tenant.',
  'tenant.changed': 'An operator changed the settings of a tenant.',
  'tenant.app_minimum_changed': 'An operator set or removed the minimum version of an app.',
  'client.created': 'An operator made a client.',
  'client.suspended': 'A client was suspended. Its tokens are void.',
  'client.resumed': 'A suspended client was resumed and can get tokens again.',
  'client.look_ups_stopped':
    'A client enumerated phone numbers. Its `phone-match` and `phone-lookups` are blocked until an ' +
    'operator allows them. Its other routes still work.',
  'client.look_ups_allowed': 'An operator unblocked the look-ups of a client.',
  'client.user_lists_stopped':
    'A client enumerated users. Its lists of their devices, phones and recoveries are blocked. Sign-ins still work.',
  'client.user_queries_accepted':
    'An operator accepted the queries of a client about users, and unblocked its lists of users.',
  'canary.credential_planted': 'An operator made a credential that raises an alert when it is used. No event names it.',
  'canary.number_added': 'An operator named a number that raises an alert when it is queried. No event names it.',
  'canary.number_removed': 'An operator removed the alert from a number.',
  'client.secret_added': 'A client got a second secret.',
  'client.secret_revoked': 'A secret of a client was revoked.',
  'client.key_added': 'A client got a public key for authentication.',
  'client.key_revoked': 'A public key of a client was revoked.',
  'token.issued': 'An access token was issued to a client.',
  'token.refused': 'A token request was refused.',
  'factor.enrolment_opened': 'An enrolment was started. The factor is pending and does not count yet.',
  'factor.activated': 'A factor was confirmed and is active.',
  'factor.confirmation_refused': 'A confirmation was refused.',
  'factor.removed': 'A factor was removed, or replaced by the factor that was activated in the same request.',
  'factor.recovery_codes_generated': 'Recovery codes were made and shown. Earlier ones are void.',
  'factor.recovery_codes_low': 'A recovery code was used. At most two are left.',
  'device.registered': 'A device registered its key with a ticket. It is active once its code is confirmed.',
  'device.registration_refused':
    'A registration was refused: the ticket had expired, or the sender did not prove to hold the key.',
  'phone.code_sent': 'A code was sent to a phone. The transport accepted it.',
  'phone.code_withheld': 'A code was requested and not sent.',
  'phone.match_asked': 'A client asked whether a number belongs to a user. No event holds the answer.',
  'phone.look_up_asked': 'A client asked whether a number is registered. No event holds the number or the answer.',
  'blind_lookup.begun': 'A blind look-up was started. No event says whether the number is registered.',
  'blind_lookup.answered': 'A blind look-up was answered with the right code.',
  'blind_lookup.refused': 'An answer to a blind look-up was refused.',
  'step_up.refused': 'A factor change of an enrolled user was refused: it needs a fresh proof.',
  'challenge.created': 'A challenge was opened. The verification events hold its result.',
  'challenge.denied': 'The user denied a challenge on their device. Somebody else may be signing in.',
  'challenge.decision_refused': 'A decision of a device was refused. The challenge is unchanged.',
  'verification.approved': 'A code was accepted and is used up.',
  'verification.refused': 'A code was refused.',
  'recovery.begun':
    'A recovery was started with a recovery code and the delay runs. Tell the user, in case it was not them.',
  'recovery.asked':
    'A client with `tenant:admin` requested a recovery. Another client has to approve it within an hour.',
  'recovery.approved': 'Another client approved a recovery and the delay runs. Tell the user, in case it was not them.',
  'recovery.ticket_issued': 'The delay was over, and the ticket for one enrolment was issued.',
  'recovery.cancelled': 'A recovery was cancelled, at any stage.',
  'recovery.refused': 'A recovery, or a step of it, was refused.',
  'recovery.vetoed': 'A recovery was vetoed by an accepted proof of the user.',
  'recovery.completed': 'The enrolment of a recovery was confirmed.',
  'webhook.endpoint_added': 'The tenant or an operator added an endpoint for alerts.',
  'webhook.endpoint_removed': 'An endpoint for alerts was removed.',
  'webhook.endpoint_disabled':
    'An endpoint answered 410. It gets no alerts until an operator replays those that it missed.',
  'webhook.secret_rotated': 'An endpoint got a new secret. The old one signs too for one day.',
  'webhook.replayed': 'An operator replayed the alerts that an endpoint missed.',
  'row.untrusted':
    'A stored row failed its integrity check and does not count. Written at most once a minute for one row.',
  'user.unlocked': 'A client with `tenant:admin` lifted the locks of a user. Wrong codes stay counted.',
  'user.codes_reopening_asked':
    'A client with `tenant:admin` asked to reset the count of a user’s wrong codes. Another client has to ' +
    'confirm it within an hour.',
  'user.codes_reopened': 'Another client confirmed it: the count of the user’s wrong codes starts again at zero.',
  'user.codes_reopening_refused': 'A reset of the count of wrong codes was refused.',
  'assertion.spent': 'An assertion was spent by the client that it was made for.',
  'assertion.refused': 'An assertion was refused.',
} as const;

export type AuditAction = keyof typeof AUDIT_ACTIONS;

/** Why a proof was refused. Stored in the audit event only, never in the response. */
export const REFUSAL_REASONS = {
  wrong_code: 'No code that is valid now. The only reason that counts against the user.',
  wrong_signature:
    'No signature over this request by a key of the user. Not counted, since a signature cannot be ' + 'guessed.',
  ticket_used: 'A device had used this ticket before. Another person may have the QR code.',
  wrong_approval: 'A device approved with the wrong number, or signed another request. This denies the challenge.',
  device_cooling_off: 'The device is too new to approve a factor change.',
  counter_went_back:
    'The signature was right, but the counter of the authenticator had not increased. It may be cloned.',
  replayed_code: 'The code was right, but its step or a later one was already used.',
  locked: 'The user was locked by wrong codes. Right codes are refused too.',
  codes_stopped: 'The user has 100 wrong codes in 30 days. No code is accepted until the oldest of them expire.',
  not_enrolled: 'The user is unknown, has no active factor, or has no pending factor with this id.',
  challenge_over:
    'The challenge had ended, was answered, takes another kind of proof, or belongs to another client. ' +
    'Not counted.',
  not_pending: 'The code was right, but the enrolment had expired, or another factor was activated before.',
} as const;

/** Why a code was not sent to a phone. The response to the request does not show it. */
export const MESSAGE_REFUSAL_REASONS = {
  no_phone: 'The user has no confirmed phone, or the challenge or enrolment of the code has ended.',
  phones_off: 'The tenant has turned codes by text message off.',
  number_not_allowed: 'The tenant sends no codes to this country or kind of number.',
  code_limit: 'A limit on codes was reached: of this user, number, block of numbers, end-user address or tenant.',
  prefix_stopped: 'Codes that enrol numbers of this block are not used, which indicates toll fraud.',
  number_at_risk: 'The number changed its SIM card or its provider recently, or its line takes no messages.',
  number_unknown: 'The provider of number risk did not know the number, or did not answer.',
  transport_failed: 'The transport refused the message twice, or did not answer in time.',
} as const;

/** Why a factor change or an assertion was refused. */
export const STEP_UP_REFUSAL_REASONS = {
  step_up_missing: 'The user is enrolled, and the request had no assertion.',
  step_up_not_valid: 'Forged, expired, or made for another user, action, tenant or purpose.',
  ticket_not_valid:
    'The ticket belongs to no open recovery of this user, has expired, was used, or was sent to another ' +
    'route than an enrolment.',
  assertion_spent: 'The assertion was already spent.',
  assertion_not_valid: 'Forged, expired, or made for another client or purpose.',
  factor_gone: 'The factor that was proven is no longer active.',
} as const;

/** Why a step of a recovery was refused. An unknown or ended recovery has no event. */
export const RECOVERY_REFUSAL_REASONS = {
  recovery_open: 'A reset was requested while a recovery of the user was open.',
  same_client: 'The client that requested a reset tried to approve it too.',
  another_client: 'A client that did not start the recovery asked for the ticket.',
  not_open_yet: 'The ticket was asked for before the delay was over, or before an approval.',
  ticket_issued: 'The ticket was already issued.',
} as const;

/** Why the count of wrong codes was not reset. */
export const REOPENING_REFUSAL_REASONS = {
  same_client_again: 'The first client asked again. Another client has to confirm.',
  reopened_before: 'The count was reset within the last 30 days.',
} as const;

/** The details of an event, each a text. They suffice to tell the user of a factor change. */
export const AUDIT_DETAILS = {
  purpose: 'The purpose of a code to a phone: `enrolment` or `challenge`.',
  demand: 'The setting of the tenant for a withheld code: `refuse` or `another_factor`.',
  factorType: 'The kind of the factor of an event `factor.…`.',
  by: 'How a recovery was started: `recovery_code` or `reset`.',
  opensAt: 'When the delay of a recovery ends, RFC 3339 UTC.',
  endsAt: 'When the recovery ends if its present stage is not completed, RFC 3339 UTC.',
  deviceId: 'The device that decided.',
  table: 'The table of the row that failed its integrity check.',
  withheld:
    'Why nothing was shown or sent. `user_limit`: all clients together reached the limit of challenges of ' +
    'this user. `number_limit`: the limit of this number, of a blind look-up. The response is as usual.',
  challengeId: 'The challenge of an event `verification.…`.',
  statedReason: 'The stated reason: of the client that requested a recovery, or of the operator who accepted queries.',
} as const;

/** Why a token request was refused. A wrong secret and a suspended client get the same response. */
export const TOKEN_REFUSAL_REASONS = {
  wrong_secret: 'The secret was well formed but does not belong to the client.',
  canary_credential: 'The credential is a canary. Its user has looked where they should not.',
  suspended: 'The secret or the assertion was right, but the client is suspended.',
  wrong_client_key: 'The client assertion is signed by no live key of the client.',
  client_assertion_not_valid:
    'The signature was right, but the assertion has expired, lives too long, or names another audience too.',
  client_assertion_replayed: 'The assertion was right but already used.',
  scope_not_allowed: 'The client lacks a requested scope.',
  bound_token_required: 'The requested scope is granted to bound tokens only, and the request had no DPoP proof.',
  dpop_proof_not_valid: 'The DPoP proof was forged, had expired, or was made for another request.',
  dpop_proof_replayed: 'The DPoP proof was right but already used.',
} as const;

export type RefusalReason = keyof typeof REFUSAL_REASONS;

export type StepUpRefusalReason = keyof typeof STEP_UP_REFUSAL_REASONS;

export type MessageRefusalReason = keyof typeof MESSAGE_REFUSAL_REASONS;

export type TokenRefusalReason = keyof typeof TOKEN_REFUSAL_REASONS;

export type RecoveryRefusalReason = keyof typeof RECOVERY_REFUSAL_REASONS;

export type ReopeningRefusalReason = keyof typeof REOPENING_REFUSAL_REASONS;

export type AuditReason =
  | RefusalReason
  | StepUpRefusalReason
  | RecoveryRefusalReason
  | ReopeningRefusalReason
  | TokenRefusalReason
  | MessageRefusalReason;

export type AuditDetails = Readonly<Partial<Record<keyof typeof AUDIT_DETAILS, string>>>;
