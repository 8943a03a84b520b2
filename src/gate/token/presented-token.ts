// The access token of a request, read from the header `Authorization` only.
import type { TokenScheme } from '../../contract/authentication-schemes.js';

export interface TokenHeaders {
  readonly headers: { readonly authorization?: string | undefined };
}

export interface PresentedToken {
  readonly scheme: TokenScheme;
  readonly token: string;
}

// RFC 6750 §2.1 and RFC 9449 §7.1: the scheme, one space, a token68, and the end.
const PRESENTED = /^(Bearer|DPoP) ([A-Za-z0-9._~+/-]+=*)$/i;

export function presentedToken({ headers }: TokenHeaders): PresentedToken | null {
  const [, scheme = '', token] = PRESENTED.exec(headers.authorization ?? '') ?? [];
  return token === undefined ? null : { scheme: schemeOf(scheme), token };
}

/** The scheme of the header, even if the token is malformed. Null for an unknown scheme. */
export function triedScheme({ headers }: TokenHeaders): TokenScheme | null {
  const [scheme] = /^(bearer|dpop)\b/i.exec(headers.authorization ?? '') ?? [];
  return scheme === undefined ? null : schemeOf(scheme);
}

/** RFC 9110 §11.1: schemes are case-insensitive. */
function schemeOf(text: string): TokenScheme {
  return text.toLowerCase() === 'dpop' ? 'dpop' : 'bearer';
}
