// What somebody has to look at, and what the documents of the interface say of it. Adding a kind? Also: docs/detection.md.
export const ALERT_KINDS = {
  many_unknown_numbers: {
    severity: 'warning',
    means: 'Most numbers that were asked about lately are not known: a list may be tried.',
  },
  look_ups_of_unknown_numbers: {
    severity: 'critical',
    means: 'So many numbers are not known that it is a list, but for one time in ten thousand.',
  },
  numbers_in_a_row: {
    severity: 'warning',
    means: 'Twenty numbers or more of one hundred in a row were asked about: somebody may walk along.',
  },
  canary_number_asked: {
    severity: 'critical',
    means: 'A number was asked about that nobody has an honest reason to know.',
  },
  canary_credential_shown: {
    severity: 'critical',
    means: 'A credential was shown that was planted to be found. It was good for nothing; look where it lay.',
  },
  blind_look_ups_unanswered: {
    severity: 'warning',
    means:
      'A client begins blind look-ups that nobody answers, a hundred within a day: numbers may be tried, or codes sent to cost money.',
  },
  many_users_locked: {
    severity: 'warning',
    means: 'Five codes or more of each of twenty users were refused within an hour: codes may be guessed.',
  },
  codes_sprayed: {
    severity: 'warning',
    means:
      'Within an hour or a day, codes were refused of more users than is usual for the tenant, and none of them was approved soon after: ' +
      'a few guesses may be tried on many.',
  },
  user_guessed: {
    severity: 'warning',
    means:
      'Twenty codes of one user were refused within a day, or forty within 30 days: somebody may guess that user’s codes. The audit log says whose.',
  },
  unlocks_repeated: {
    severity: 'warning',
    means: 'A user was unlocked three times within a day: somebody may lift the locks in order to guess on.',
  },
  step_ups_refused: {
    severity: 'warning',
    means:
      'Changes to factors were refused for want of a proof: five times for one user within an hour, or for twenty users (ten and fifty ' +
      'where no proof was sent and nothing was changed after). Somebody may try to add or remove factors.',
  },
  users_worn_down: {
    severity: 'warning',
    means:
      'A user was asked for a proof ten times within an hour and gave none, or said no three times: somebody may have the password.',
  },
  alert_address_changed: {
    severity: 'warning',
    means:
      'An address that alerts are sent to was removed, got a new secret, or answered 410 and is disabled. Somebody may want alerts to reach nobody.',
  },
  code_cap_reached: {
    severity: 'warning',
    means:
      'A limit of codes or blind look-ups that people share is used up: further codes are withheld, further look-ups refused, until there is room.',
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
      'Codes went to twenty numbers or more of one block within a day, and fewer than a fifth were typed in: somebody may earn by them. Enrolments of that block are not sent.',
  },
  look_ups_stopped: {
    severity: 'critical',
    means:
      'Look-ups of a client that answer it (`phone-match`, `phone-lookups`) are stopped until an operator allows them. All else goes on, blind look-ups too.',
  },
  detection_lagging: {
    severity: 'critical',
    means:
      'To the operator: a watch, or the numbering of events that they follow, is behind. Until it catches up, alerts come late. The metric countersign_lag_seconds says which.',
  },
  users_asked_without_proof: {
    severity: 'warning',
    means: 'A client asked about more users who then gave no proof than its past explains: user ids may be harvested.',
  },
  unknown_users_asked: {
    severity: 'warning',
    means:
      'A client asked about more users who are not enrolled than its past explains: a list of user ids may be tried.',
  },
  user_lists_stopped: {
    severity: 'critical',
    means:
      'A client lost the lists of devices, phones and recoveries of users until an operator gives them back. Sign-ins go on.',
  },
  throttle_store_down: {
    severity: 'warning',
    means:
      'To the operator: the shared throttle store does not answer, and an instance counts requests by itself, at a quarter of the limits.',
  },
  rows_untrusted: {
    severity: 'critical',
    means:
      'A stored row could not be opened, or is not as the service wrote it, and does not count. The key ring lacks a key, or ' +
      'somebody writes to the database: ask the operator.',
  },
} as const;

export type AlertKind = keyof typeof ALERT_KINDS;
