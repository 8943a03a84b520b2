/**
 * The rules of RFC 6238 as this service applies them: which code is right, for which time step, and what a new
 * authenticator is told. It does not remember: that each step counts once is claimed where the factor is stored.
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

/** A code is right this long before its step begins: the user's clock is ahead. */
const EARLY_MS = 5_000;
/** And less than this long after its step has ended: typing, the network, a clock behind. Never more than a period. */
const LATE_MS = 30_000;
// RFC 4226 §4 R6: 160 bits are recommended (128 required).
const SECRET_BYTES = 20;
// Without the u and v flags \d is 0-9 and nothing else: no full-width and no Arabic digits.
const WELL_FORMED = /^(?:\d{6}|\d{8})$/;
const ALGORITHM = { SHA1: 'sha1', SHA256: 'sha256', SHA512: 'sha512' } as const;

/** What an issuer or account name may be. Key URI format: neither may hold a colon, which stands between them. */
export const OTPAUTH_NAME = /^(?! )[^:\p{C}]{1,64}(?<! )$/u;

const base32 = new ScureBase32Plugin();
const guardrails = createGuardrails();
const hashing: CryptoPlugin = { name: 'platform', hmac, randomBytes: secureRandom, constantTimeEqual };

/**
 * The step that `code` is right for at `nowMs`, or null. At most three steps are candidates, so that a guess is right
 * with a chance of at most 3·10^-digits. Of two right steps (the same code by chance) the later counts.
 */
export function matchTotp(attempt: TotpAttempt): { step: number } | null {
  if (!WELL_FORMED.test(attempt.code)) return null;
  const { first, last } = candidateSteps(attempt.nowMs, attempt.period);
  let right: { step: number } | null = null;
  // SECURITY(T-22): every candidate is computed, right or not, and for a code of the other length too: the time tells
  // neither which step matched nor how the factor is set. otplib's own verify returns at the first match.
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

/** Key URI format, defaults left out. Throws RangeError for a name that does not fit OTPAUTH_NAME. */
export function otpauthUri(facts: OtpauthFacts): string {
  const { issuer, accountName, digits, period } = facts;
  if (!OTPAUTH_NAME.test(issuer) || !OTPAUTH_NAME.test(accountName))
    throw new RangeError('not an issuer or account name');
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
 * A step of P seconds that begins at B is a candidate from B − 5 s (included) to B + P + min(P, 30) s (excluded).
 * RFC 6238 §5.2 recommends at most one step of delay, hence the minimum for periods below 30.
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
