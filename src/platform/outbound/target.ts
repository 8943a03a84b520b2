// Checks a URL before its name is resolved. The URL standard normalises every spelling of an IPv4 address (2130706433,
// 0x7f.1, full-width digits, %31).

export interface Target {
  readonly url: URL;
  /** A name, or an address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly isSecure: boolean;
}

const REASONS = {
  malformed: 'It is not an http or https URL.',
  scheme: 'Only https:// is called, or http:// in OUTBOUND_ALLOWED_RANGES.',
  credentials: 'A URL with a user or a password is not called.',
  address: 'It leads to an address that this service does not call, or not without TLS (OUTBOUND_ALLOWED_RANGES).',
} as const;

/** A refused call. Says why, but not the URL. */
export class OutboundRefused extends Error {
  override readonly name = 'OutboundRefused';

  constructor(readonly code: keyof typeof REASONS) {
    super(REASONS[code]);
  }
}

const PORTS: Readonly<Record<string, number>> = { 'https:': 443, 'http:': 80 };

/** @throws OutboundRefused */
export function targetOf(text: string): Target {
  if (!URL.canParse(text)) throw new OutboundRefused('malformed');
  const url = new URL(text);
  const port = PORTS[url.protocol];
  // SECURITY(T-37): file:, data:, gopher: … reach what an HTTP client should not.
  if (port === undefined) throw new OutboundRefused('scheme');
  // SECURITY(T-37): https://known.example@127.0.0.1/ shows one name and calls another, and credentials end up in logs.
  if (url.username + url.password !== '') throw new OutboundRefused('credentials');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return { url, host, port: url.port === '' ? port : Number(url.port), isSecure: url.protocol === 'https:' };
}
