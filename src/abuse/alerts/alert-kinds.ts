// The kinds of alerts, with the text that the API and docs/alerts.md show. Adding a kind? Also: `npm run docs`.
export const ALERT_KINDS = {
  many_unknown_numbers: {
    severity: 'warning',
    means: 'Most numbers that the client queried recently are unknown. It may be trying a list.',
  },
  look_ups_of_unknown_numbers: {
    severity: 'critical',
    means: 'Unknown numbers indicate enumeration (false-alarm rate 1 in 10,000).',
  },
  numbers_in_a_row: {
    severity: 'warning',
    means: 'The client queried twenty or more numbers of one hundred in a row. It may be enumerating a range.',
  },
  canary_number_asked: {
    severity: 'critical',
    means: 'A client queried a canary number. No client has an honest reason to know it.',
  },
  canary_credential_shown: {
    severity: 'critical',
    means: 'A planted credential was used. It cannot get a token. Check the place where it was planted.',
  },
  blind_look_ups_unanswered: {
    severity: 'warning',
    means:
      'A hundred blind look-ups of a client stayed unanswered within a day. It may be trying numbers or causing costs for codes.',
  },
  many_users_locked: {
    severity: 'warning',
    means: 'Five or more codes of each of twenty users were refused within an hour. Codes may be guessed.',
  },
  codes_sprayed: {
    severity: 'warning',
    means:
      'Codes of unusually many users were refused within an hour or a day, without an approval soon after. ' +
      'An attacker may try a few guesses on many users.',
  },
  user_guessed: {
    severity: 'warning',
    means:
      'Twenty codes of one user were refused within a day, or forty within 30 days. An attacker may guess codes of this user. ' +
      'The audit log names the user.',
  },
  unlocks_repeated: {
    severity: 'warning',
    means: 'A user was unlocked three times within a day. A client may lift the locks to continue guessing.',
  },
  step_ups_refused: {
    severity: 'warning',
    means:
      'Changes to factors were refused within an hour, because the proof was missing or invalid: five for one user, or for ' +
      'twenty users. Without any proof and without a later change it takes ten, or fifty users. An attacker may try to add or remove factors.',
  },
  users_worn_down: {
    severity: 'warning',
    means:
      'Push bombing: within an hour a user was asked for a proof ten times and gave none, or denied three times. ' +
      'An attacker may have the password.',
  },
  alert_address_changed: {
    severity: 'warning',
    means:
      'An alert endpoint was removed, got a new secret, or answered 410 and is disabled. An attacker may want to suppress alerts.',
  },
  code_cap_reached: {
    severity: 'warning',
    means:
      'A shared limit of codes or blind look-ups is used up. Further codes are withheld and further look-ups refused until units return.',
  },
  look_ups_of_a_number_used_up: {
    severity: 'warning',
    means:
      'Clients of the tenant have together used up the blind look-ups of one phone number. Further look-ups of it are answered as usual, ' +
      'and no code is sent for at most a day. The audit log shows the clients: `blind_lookup.begun` with `withheld`.',
  },
  codes_of_a_block_unused: {
    severity: 'warning',
    means:
      'Codes to twenty or more numbers of one block stayed unused within a day, and fewer than a fifth were used. ' +
      'This indicates toll fraud. Enrolment codes for that block are not sent.',
  },
  look_ups_stopped: {
    severity: 'critical',
    means:
      'The client’s `phone-match` and `phone-lookups` are blocked until an operator unblocks them. Other routes and blind look-ups still work.',
  },
  detection_lagging: {
    severity: 'critical',
    means:
      'For the operator: a detector, or the numbering of events, is behind. Alerts come late until it catches up. ' +
      'The metric countersign_lag_seconds names it.',
  },
  users_asked_without_proof: {
    severity: 'warning',
    means:
      'A client queried more enrolled users who then gave no proof than its past explains. It may be ' +
      'harvesting user ids.',
  },
  unknown_users_asked: {
    severity: 'warning',
    means:
      'The queries of a client about users without enrolment exceed its past. It may be trying a list of user ids.',
  },
  user_lists_stopped: {
    severity: 'critical',
    means:
      'The client’s lists of devices, phones and recoveries of users are blocked until an operator unblocks them. Sign-ins still work.',
  },
  throttle_store_down: {
    severity: 'warning',
    means:
      'For the operator: the shared throttle store does not answer. An instance counts requests locally, at a quarter of the limits. ' +
      'Each instance that notices counts once.',
  },
  rows_untrusted: {
    severity: 'critical',
    means:
      'A stored row could not be opened, or was not written by the service. It does not count. Either the key ring lacks a key, ' +
      'or an attacker writes to the database. The event `row.untrusted` names the table.',
  },
} as const;

export type AlertKind = keyof typeof ALERT_KINDS;
