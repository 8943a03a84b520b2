// The closed list of audit actions: what happened, to what. Adding one? Also: docs/audit-events.md.
export const AUDIT_ACTIONS = {
  'installation.restored':
    'An older state of the database was put back by an operator: events of the time between are missing. All tokens and assertions are void.',
  'tenant.created': 'A tenant was made by an operator.',
  'tenant.changed': 'The settings of a tenant were changed by an operator.',
  'tenant.app_minimum_changed': 'An operator set, or lifted, the oldest version of an app that is listened to.',
  'client.created': 'A client was made by an operator.',
  'client.suspended': 'A client was suspended: its tokens are void.',
  'client.resumed': 'A suspended client may ask for tokens again.',
  'client.look_ups_stopped':
    'A client tried a list of numbers: `phone-match` and `phone-lookups` are stopped until an operator allows them. All else goes on.',
  'client.look_ups_allowed': 'An operator let a client look up numbers again.',
  'client.user_lists_stopped':
    'A client went through many users: it lost the lists of their devices, phones and recoveries. Sign-ins go on.',
  'client.user_queries_accepted':
    'An operator accepted what a client asked about users, and gave it back the lists that it had lost.',
  'canary.credential_planted':
    'An operator made a credential that raises an alert when it is shown. Which one is in no event.',
  'canary.number_added':
    'An operator named a number that raises an alert when it is asked about. Which one is in no event.',
  'canary.number_removed': 'A number raises no alert any more.',
  'client.secret_added': 'A client received a second secret.',
  'client.secret_revoked': 'A secret of a client was revoked.',
  'client.key_added': 'A client received a public key to authenticate itself by.',
  'client.key_revoked': 'A public key of a client was revoked.',
  'token.issued': 'An access token was issued to a client.',
  'token.refused': 'A token request was refused.',
  'factor.enrolment_opened': 'An enrolment was opened; the factor is pending and does not count.',
  'factor.activated': 'A factor was confirmed and counts from now on.',
  'factor.confirmation_refused': 'A confirmation was refused.',
  'factor.removed': 'A factor was removed, or replaced by the one that was activated in the same act.',
  'factor.recovery_codes_generated': 'Recovery codes were made and shown; those before them are void.',
  'factor.recovery_codes_low': 'A recovery code was used, and at most two are left.',
  'device.registered':
    'A device brought its key with the ticket of a registration; it counts once its code is confirmed.',
  'device.registration_refused':
    'Somebody with the ticket of a registration came too late, or did not prove to hold the key that they brought.',
  'phone.code_sent': 'A code was sent to a phone, as far as the transport says.',
  'phone.code_withheld': 'A code was asked for and not sent.',
  'phone.match_asked': 'It was asked whether a number is that of a user. The answer is in no event.',
  'phone.look_up_asked': 'It was asked whether a number is registered. Neither number nor answer is in an event.',
  'blind_lookup.begun': 'A blind look-up was begun. No event says whether the number is registered.',
  'blind_lookup.answered': 'A blind look-up was answered with its code.',
  'blind_lookup.refused': 'An answer to a blind look-up was refused.',
  'step_up.refused': 'A change to the factors of an enrolled user was refused for want of a fresh proof.',
  'challenge.created':
    'A challenge was opened: a proof was asked for. What became of it stands in the verification events.',
  'challenge.denied': 'The user said no on their device: it may not have been them who signed in.',
  'challenge.decision_refused': 'A decision of a device was not accepted; the challenge is as it was.',
  'verification.approved': 'A code was accepted and spent.',
  'verification.refused': 'A code was refused.',
  'recovery.begun':
    'A recovery was begun by a recovery code; the delay runs. Tell the user: it may not have been them.',
  'recovery.asked': 'A client with `tenant:admin` asked for a recovery; another one has to approve it within an hour.',
  'recovery.approved': 'Another client approved a recovery; the delay runs. Tell the user: it may not have been them.',
  'recovery.ticket_issued': 'The delay was over, and the ticket for one enrolment was given out.',
  'recovery.cancelled': 'A recovery was called off, at whatever stage it was.',
  'recovery.refused': 'A recovery was not begun, or a step of it was not taken.',
  'recovery.vetoed': 'A recovery was ended by a proof of the user, who has lost nothing.',
  'recovery.completed': 'The enrolment that a recovery allowed was confirmed.',
  'webhook.endpoint_added': 'The tenant, or an operator, added an address that is told of alerts.',
  'webhook.endpoint_removed': 'An address is told of alerts no longer.',
  'webhook.endpoint_disabled':
    'An address has answered 410: it is told nothing until an operator replays what it missed.',
  'webhook.secret_rotated': 'An address received a new secret; the one before signs along for a day.',
  'webhook.replayed': 'An operator had an address told again of what it missed.',
  'row.untrusted':
    'A stored row could not be opened, or is not as the service wrote it: it does not count. Written at most once a minute for one row.',
  'user.unlocked': 'The locks of a user were lifted by a client with `tenant:admin`. Wrong codes stay counted.',
  'user.codes_reopening_asked':
    'A client with `tenant:admin` asked to count the wrong codes of a user anew; another one has to ask for the same within an hour.',
  'user.codes_reopened': 'Another client asked for it too: wrong codes of the user are counted anew.',
  'user.codes_reopening_refused': 'Wrong codes of a user were not counted anew.',
  'assertion.spent': 'An assertion was spent by the client it was made for.',
  'assertion.refused': 'An assertion was not accepted.',
} as const;

export type AuditAction = keyof typeof AUDIT_ACTIONS;

/** Why a proof was refused. It stands in the audit event only, never in the answer. */
export const REFUSAL_REASONS = {
  wrong_code: 'None of the codes accepted at that moment. The only reason that counts against the user.',
  wrong_signature: 'Not a signature by a key of the user over what was asked. Nothing counts: it cannot be guessed.',
  ticket_used: 'A device had registered with this ticket before: somebody else may have the QR code.',
  wrong_approval:
    'A device approved with a number that was not the one shown, or signed something else than was asked. It denies.',
  device_cooling_off: 'The device is too new to approve a change to factors.',
  counter_went_back: "The signature was right, and the authenticator's counter was not newer: it may have been cloned.",
  replayed_code: 'The code was right, and its step or a later one was used before.',
  locked: 'The user was locked by wrong codes; a right code would have been refused too.',
  codes_stopped:
    'Too many wrong codes in 30 days: no code of this user is judged until the oldest of them are older than that.',
  not_enrolled: 'The user is unknown, has no active factor, or has no pending one with this id.',
  challenge_over: 'The challenge was over, answered, for another kind of proof, or none of the client: nothing counts.',
  not_pending: 'The code was right, but the enrolment had ended, or another factor was activated before.',
} as const;

/** Why a code was not sent to a phone. The request that asked for it was answered as any other. */
export const MESSAGE_REFUSAL_REASONS = {
  no_phone: 'The user has no confirmed phone, or what the code was for is over.',
  phones_off: 'The tenant sends no codes to phones any more.',
  number_not_allowed: 'The number is of a country or kind that the tenant sends no codes to.',
  code_limit:
    'Too many codes were asked for: for this user, this number or its block, of this end-user address, or of this tenant.',
  prefix_stopped: 'Codes that enrol numbers of this block are not used: they were sent to earn by the sending.',
  number_at_risk: 'The number changed its SIM card or its provider lately, or its line takes no messages.',
  number_unknown: 'Whoever was asked about the number knew nothing, or did not answer.',
  transport_failed: 'The transport did not take it, at the second try either, or not in time.',
} as const;

/** Why a change to factors was refused, or an assertion. */
export const STEP_UP_REFUSAL_REASONS = {
  step_up_missing: 'The user is enrolled, and no assertion was sent.',
  step_up_not_valid: 'Forged, over, or made for another user, action, tenant or purpose.',
  ticket_not_valid:
    'The ticket is none of an open recovery of this user, is over or used, or was shown for something else than a new factor.',
  assertion_spent: 'The assertion was used before.',
  assertion_not_valid: 'Forged, over, or made for another client or purpose.',
  factor_gone: 'The factor that was proven is no longer active.',
} as const;

/** Why a recovery did not go on. One that is unknown or over has no event. */
export const RECOVERY_REFUSAL_REASONS = {
  recovery_open: 'A reset was asked for while a recovery of the user was open.',
  same_client: 'The client that asked for a reset tried to approve it too.',
  another_client: 'A client asked for the ticket that has not begun the recovery.',
  not_open_yet: 'The ticket was asked for before the delay was over, or before an approval.',
  ticket_issued: 'The ticket was asked for again.',
} as const;

/** Why wrong codes were not counted anew. */
export const REOPENING_REFUSAL_REASONS = {
  same_client_again: 'The client that asked first asked again.',
  reopened_before: 'They were within the last 30 days.',
} as const;

/** What an event can say beside who, what and when; each is a text. Enough to tell the user of a change to their factors. */
export const AUDIT_DETAILS = {
  purpose: 'What a code to a phone was for: `enrolment` or `challenge`.',
  demand: 'What the tenant wants instead of a code that was withheld: `refuse` or `another_factor`.',
  factorType: 'The kind of the factor that an event `factor.…` tells of.',
  by: 'How a recovery came about: `recovery_code` or `reset`.',
  opensAt: 'When the delay of a recovery is over, RFC 3339 UTC.',
  endsAt: 'When the present stage of a recovery ends and with it the recovery, RFC 3339 UTC.',
  deviceId: 'The device that decided.',
  table: 'The table of a row that does not count.',
  withheld:
    'Of a challenge of which nothing was shown or sent: `user_limit`, all clients together had asked for this user often enough; of a ' +
    'blind look-up for which nothing was sent: `number_limit`, for this number. The client was answered as ever.',
  challengeId: 'The challenge that an event `verification.…` answers.',
  statedReason:
    'The reason that was stated: by the client who asked for a recovery, or by the operator who accepted what a client did.',
} as const;

/** Why a client got no token. The answer to a wrong and to a suspended client is the same. */
export const TOKEN_REFUSAL_REASONS = {
  wrong_secret: 'The secret was well formed and is none of the client’s.',
  canary_credential: 'The credential was planted to be found: whoever shows it has looked where they should not.',
  suspended: 'The secret or the assertion was right and the client is suspended.',
  wrong_client_key: 'No live key of the client signed the assertion that it sent.',
  client_assertion_not_valid:
    'The signature was right, but the assertion is over, too long-lived, or not made for this service alone.',
  client_assertion_replayed: 'The assertion was right and had been used before.',
  scope_not_allowed: 'The client asked for a scope that it does not have.',
  bound_token_required: 'A scope was asked for that is given to bound tokens only, without a DPoP proof.',
  dpop_proof_not_valid: 'The DPoP proof was forged, over, or not made for this request.',
  dpop_proof_replayed: 'The DPoP proof was right and had been used before.',
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
