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
  look_ups_stopped: {
    severity: 'critical',
    means: 'A client may look up nothing until an operator lets it. Whatever else it does goes on.',
  },
} as const;

export type AlertKind = keyof typeof ALERT_KINDS;
