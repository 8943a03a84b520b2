/** Reads a client's id and secret out of a token request (RFC 6749 §2.3.1). Pure: whether they are right is judged elsewhere. */

export interface PresentedCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface TokenRequestFacts {
  readonly authorization: string | undefined;
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
}

export type Presented =
  { ok: true; credentials: PresentedCredentials } | { ok: false; error: 'none' | 'several' | 'unreadable' };

export function presentedCredentials({ authorization, clientId, clientSecret }: TokenRequestFacts): Presented {
  if (authorization === undefined) {
    if (clientId === undefined || clientSecret === undefined) return { ok: false, error: 'none' };
    return { ok: true, credentials: { clientId, clientSecret } };
  }
  const basic = readBasic(authorization);
  if (!basic) return { ok: false, error: 'unreadable' };
  // RFC 6749 §2.3: a client must not use more than one method; a repeated client_id may agree.
  const disagrees = clientId !== undefined && clientId !== basic.clientId;
  return clientSecret !== undefined || disagrees ? { ok: false, error: 'several' } : { ok: true, credentials: basic };
}

function readBasic(authorization: string): PresentedCredentials | null {
  const [, encoded] = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization) ?? [];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) return null;
  const clientId = formDecoded(text.slice(0, colon));
  const clientSecret = formDecoded(text.slice(colon + 1));
  return clientId === null || clientSecret === null ? null : { clientId, clientSecret };
}

/** RFC 6749 §2.3.1: both halves are form-encoded before they are joined. */
function formDecoded(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return null;
  }
}
