/**
 * The claims of an access token (RFC 9068) and their validation at an instant. Signature, algorithm, type and key id
 * are checked before; the time is an argument.
 */
import { z } from 'zod';
import { isScope, type Scope } from '../contract/scopes.js';
import type { Caller } from '../contract/caller.js';
import { fromTypeId } from '../platform/crypto/type-id.js';

/** Seconds from issue to expiry. */
export const ACCESS_TOKEN_SECONDS = 300;
/** RFC 9068 §2.1. */
export const ACCESS_TOKEN_TYPE = 'at+jwt';
/** Seconds by which the clocks of two instances may differ. */
const SKEW_SECONDS = 5;

const Claims = z.object({
  iss: z.string(),
  aud: z.string(),
  sub: z.string(),
  client_id: z.string(),
  tenant: z.string(),
  scope: z.string(),
  iat: z.int(),
  exp: z.int(),
  jti: z.string(),
  // RFC 9449 §6.1. Strict: a token with an unknown binding method does not count as unbound.
  cnf: z.strictObject({ jkt: z.string().regex(/^[A-Za-z0-9_-]{43}$/) }).optional(),
});

export type AccessTokenClaims = z.infer<typeof Claims>;

export interface ValidToken {
  readonly caller: Caller;
  /** Thumbprint of the key that it is bound to. Null for a bearer token. */
  readonly boundTo: string | null;
  readonly issuedAtSeconds: number;
  readonly expiresAtSeconds: number;
}

export interface ClaimsToValidate {
  readonly claims: unknown;
  readonly issuer: string;
  readonly nowMs: number;
}

/** The caller of a token. Null for every reason to refuse it. */
export function validateClaims({ claims, issuer, nowMs }: ClaimsToValidate): ValidToken | null {
  const parsed = Claims.safeParse(claims);
  if (!parsed.success) return null;
  const { iss, aud, sub, client_id: client, tenant, scope, iat, exp, cnf } = parsed.data;
  const clientId = fromTypeId('cli', client);
  const tenantId = fromTypeId('ten', tenant);
  // RFC 9068 §4: issuer and audience are this service. §2.2: for a client acting for itself, `sub` is the client.
  const isOurs = iss === issuer && aud === issuer && sub === client;
  if (!clientId || !tenantId || !isOurs || !isInTime(iat, exp, nowMs)) return null;
  const boundTo = thumbprintIn(cnf);
  const caller = { tenantId, clientId, scopes: scopesIn(scope), isBound: boundTo !== null };
  return { caller, boundTo, issuedAtSeconds: iat, expiresAtSeconds: exp };
}

function thumbprintIn(confirmation: AccessTokenClaims['cnf']): string | null {
  return confirmation?.jkt ?? null;
}

function isInTime(iat: number, exp: number, nowMs: number): boolean {
  const isYoung = iat - SKEW_SECONDS <= nowMs / 1_000;
  return isYoung && nowMs < exp * 1_000 && exp - iat <= ACCESS_TOKEN_SECONDS;
}

function scopesIn(text: string): ReadonlySet<Scope> {
  return new Set(text.split(' ').filter(isScope));
}
