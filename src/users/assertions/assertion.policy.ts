/**
 * The claims of an assertion, and their validation at an instant. Signature, algorithm and type are checked before
 * (IssuedJwts). The database makes sure that it is spent once.
 * Names: RFC 7519 §4.1, OpenID Connect Core §2 (`auth_time`, `nonce`, `acr`, `amr`), RFC 9068 §2.2 (`client_id`).
 */
import { z } from 'zod';
import { isStepUpAction, type StepUpAction } from '../../contract/step-up.js';

export const ASSERTION_TYPE = 'mfa-assertion+jwt';
/** Seconds from issue to expiry: for the client, and for a factor change. */
export const ASSERTION_SECONDS = 120;
export const STEP_UP_SECONDS = 300;
/** Seconds by which the clocks of two instances may differ. */
const SKEW_SECONDS = 5;

const AssertionClaims = z.object({
  iss: z.string(),
  aud: z.string(),
  sub: z.string(),
  tenant: z.string(),
  client_id: z.string(),
  jti: z.uuid(),
  iat: z.int(),
  exp: z.int(),
  auth_time: z.int(),
  amr: z.array(z.string()),
  acr: z.string(),
  factor_id: z.string(),
  factor_type: z.string(),
  action: z.string().optional(),
  nonce: z.string().optional(),
});

export type AssertionClaims = z.infer<typeof AssertionClaims>;

/** The audience: this service for a factor change, otherwise the client. */
export function audienceOf(
  parties: { issuer: string; clientId: string },
  asked: { action: string | undefined; allowsStepUp: boolean },
): string {
  const { action, allowsStepUp } = asked;
  return allowsStepUp && action !== undefined && isStepUpAction(action) ? parties.issuer : parties.clientId;
}

/** Seconds to expiry for this audience. */
export function lifetimeOf(issuer: string, audience: string): number {
  return audience === issuer ? STEP_UP_SECONDS : ASSERTION_SECONDS;
}

export interface Expectation {
  readonly issuer: string;
  readonly audience: string;
  /** TypeID of the tenant. */
  readonly tenant: string;
  readonly nowMs: number;
}

/** The claims, if audience, tenant and time are right. Null otherwise. */
export function validateAssertion(claims: unknown, expected: Expectation): AssertionClaims | null {
  const parsed = AssertionClaims.safeParse(claims);
  if (!parsed.success) return null;
  const { iss, aud, tenant, iat, exp } = parsed.data;
  const isOurs = iss === expected.issuer && aud === expected.audience && tenant === expected.tenant;
  const longest = lifetimeOf(expected.issuer, expected.audience);
  const seconds = expected.nowMs / 1_000;
  return isOurs && iat - SKEW_SECONDS <= seconds && seconds < exp && exp - iat <= longest ? parsed.data : null;
}

/** Whether the assertion is for this user and action. */
export function authorizes(claims: AssertionClaims, userId: string, action: StepUpAction): boolean {
  return claims.sub === userId && claims.action === action;
}
