/**
 * The rules of RFC 6238 as this service applies them: which code is valid for which time step, and the URI for a new
 * authenticator. The policy has no memory: each step is claimed once where the factor is stored.
 */
import { generateSync } from '@otplib/totp';
import { createGuardrails, generateURI, ScureBase32Plugin, type CryptoPlugin } from 'otplib';
import { constantTimeEqual } from '../../platform/crypto/constant-time.js';
import { hmac } from '../../platform/crypto/hmac.js';
import { secureRandom } from '../../platform/crypto/random.js';

export interface TotpParameters {
  readonly algorithm: 'SHA1' | 'SHA256' | 'SHA512';
  readonly digits: 6 | 8;
  /** Seconds of a time step: a whole number from 15 to 60. */
  readonly period: number;
}

export interface TotpAttempt extends TotpParameters {
  readonly secret: Uint8Array;
  readonly code: string;
  readonly nowMs: number;
}

export interface OtpauthFacts extends TotpParameters {
  readonly issuer: string;
  readonly accountName: string;
  readonly secret: Uint8Array;
}

/** Seconds that a code is valid before its step, for a user's clock that is ahead. */
const EARLY_MS = 5_000;
/** Seconds that it is valid after its step, for typing, the network and a clock that is behind. At most one period. */
const LATE_MS = 30_000;
// RFC 4226 §4 R6: 160 bits are recommended (128 required).
const SECRET_BYTES = 20;
// Without the u and v flags \d is 0-9 only: no full-width and no Arabic digits.
const WELL_FORMED = /^(?:\d{6}|\d{8})$/;
const ALGORITHM = { SHA1: 'sha1', SHA256: 'sha256', SHA512: 'sha512' } as const;

/** The characters of an issuer or account name. Key URI format: a colon separates the two, so neither may hold one. */
export const OTPAUTH_NAME = /^(?! )[^:\p{C}]{1,64}(?<! )$/u;

const base32 = new ScureBase32Plugin();
const guardrails = createGuardrails();
const hashing: CryptoPlugin = { name: 'platform', hmac, randomBytes: secureRandom, constantTimeEqual };

/**
 * The step that `code` is valid for at `nowMs`, or null. At most three steps are candidates, so that a guess succeeds
 * with a probability of at most 3·10^-digits. If two steps match by chance, the later one counts.
 */
export function matchTotp(attempt: TotpAttempt): { step: number } | null {
  if (!WELL_FORMED.test(attempt.code)) return null;
  const { first, last } = candidateSteps(attempt.nowMs, attempt.period);
  let right: { step: number } | null = null;
  // SECURITY(T-22): computes every candidate, also for a code of the other length. So the time reveals neither which
  // step matched nor the settings of the factor. otplib's own verify returns at the first match.
  for (let step = first; step <= last; step += 1) {
    if (constantTimeEqual(codeOf(attempt, step), attempt.code)) right = { step };
  }
  return right;
}

export function newTotpSecret(): Uint8Array {
  return secureRandom(SECRET_BYTES);
}

/** The secret as authenticators read it: RFC 4648 base32 in capitals, without padding. */
export function base32Secret(secret: Uint8Array): string {
  return base32.encode(secret, { padding: false });
}

/** Key URI format, without default values. Throws RangeError for a name that does not match OTPAUTH_NAME. */
export function otpauthUri(facts: OtpauthFacts): string {
  const { issuer, accountName, digits, period } = facts;
  if (!OTPAUTH_NAME.test(issuer) || !OTPAUTH_NAME.test(accountName))
    throw new RangeError('not a valid issuer or account name');
  const secret = base32Secret(facts.secret);
  return generateURI({
    issuer,
    label: accountName,
    secret,
    algorithm: ALGORITHM[facts.algorithm],
    digits,
    period,
  });
}

/**
 * A step of P seconds that begins at B is a candidate from B − 5 s (included) to B + P + min(P, 30) s (excluded). RFC
 * 6238 §5.2 recommends at most one step of delay, hence the minimum for periods below 30.
 */
function candidateSteps(nowMs: number, period: number): { first: number; last: number } {
  const periodMs = period * 1_000;
  const first = Math.floor((nowMs - Math.min(periodMs, LATE_MS)) / periodMs);
  return { first: Math.max(0, first), last: Math.floor((nowMs + EARLY_MS) / periodMs) };
}

function codeOf({ secret, algorithm, digits, period }: TotpAttempt, step: number): string {
  const epoch = step * period;
  return generateSync({
    secret,
    algorithm: ALGORITHM[algorithm],
    digits,
    period,
    epoch,
    crypto: hashing,
    guardrails,
  });
}
