// What may be asked for in an address before anybody is asked where it leads. Read by the URL standard, which turns every way of
// writing an IPv4 address (2130706433, 0x7f.1, full-width digits, %31) into one.

export interface Target {
  readonly url: URL;
  /** A name, or an address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly isSecure: boolean;
}

const REASONS = {
  malformed: 'It is no address of the web.',
  scheme: 'Only https:// is called (http:// where OUTBOUND_ALLOWED_RANGES says so).',
  credentials: 'An address with a user or a password in it is not called.',
  address: 'It leads to where this service does not call, or not in the clear (OUTBOUND_ALLOWED_RANGES).',
} as const;

/** What this service does not call. Says why, and neither where nor what. */
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
  // SECURITY(T-37): file:, data:, gopher: … reach what no HTTP client should.
  if (port === undefined) throw new OutboundRefused('scheme');
  // SECURITY(T-37): https://known.example@127.0.0.1/ shows one name and calls another, and credentials end up in logs.
  if (url.username + url.password !== '') throw new OutboundRefused('credentials');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return { url, host, port: url.port === '' ? port : Number(url.port), isSecure: url.protocol === 'https:' };
}
