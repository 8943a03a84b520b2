/**
 * Reads the client's credentials from a token request: a secret (RFC 6749 §2.3.1) or a signed assertion (RFC 7521
 * §4.2). Pure. Does not verify them.
 */
import { CLIENT_ASSERTION_TYPE } from './client-assertion.policy.js';

export interface PresentedSecret {
  readonly kind: 'secret';
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface PresentedAssertion {
  readonly kind: 'assertion';
  /** The parameter `client_id`, which is optional. */
  readonly clientId: string | undefined;
  readonly assertion: string;
}

export type PresentedCredentials = PresentedSecret | PresentedAssertion;

export interface TokenRequestFacts {
  readonly authorization: string | undefined;
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  readonly assertion: string | undefined;
  readonly assertionType: string | undefined;
}

export type Presented =
  | { readonly ok: true; readonly credentials: PresentedCredentials }
  | { readonly ok: false; readonly error: 'none' | 'several' | 'unreadable' | 'unknown_assertion' };

export function presentedCredentials(facts: TokenRequestFacts): Presented {
  const { authorization, clientSecret, assertion, assertionType } = facts;
  const isAssertion = assertion !== undefined || assertionType !== undefined;
  // RFC 6749 §2.3: a client must not use more than one method.
  const methods = [authorization !== undefined, clientSecret !== undefined, isAssertion];
  if (methods.filter(Boolean).length > 1) return { ok: false, error: 'several' };
  if (isAssertion) return inAssertion(facts);
  return authorization === undefined ? inBody(facts) : inHeader(authorization, facts);
}

function inAssertion({ clientId, assertion, assertionType }: TokenRequestFacts): Presented {
  if (assertion === undefined || assertionType !== CLIENT_ASSERTION_TYPE)
    return { ok: false, error: 'unknown_assertion' };
  return { ok: true, credentials: { kind: 'assertion', clientId, assertion } };
}

function inBody({ clientId, clientSecret }: TokenRequestFacts): Presented {
  if (clientId === undefined || clientSecret === undefined) return { ok: false, error: 'none' };
  return { ok: true, credentials: { kind: 'secret', clientId, clientSecret } };
}

function inHeader(authorization: string, { clientId }: TokenRequestFacts): Presented {
  const basic = readBasic(authorization);
  if (!basic) return { ok: false, error: 'unreadable' };
  // RFC 6749 §2.3: a repeated client_id is allowed if it is the same.
  const disagrees = clientId !== undefined && clientId !== basic.clientId;
  return disagrees ? { ok: false, error: 'several' } : { ok: true, credentials: basic };
}

function readBasic(authorization: string): PresentedSecret | null {
  const [, encoded] = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization) ?? [];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) return null;
  const clientId = formDecoded(text.slice(0, colon));
  const clientSecret = formDecoded(text.slice(colon + 1));
  return clientId === null || clientSecret === null ? null : { kind: 'secret', clientId, clientSecret };
}

/** RFC 6749 §2.3.1: both halves are form-encoded before they are joined. */
function formDecoded(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return null;
  }
}
