/**
 * What a device signs: compact JWS (RFC 7515) of three types, each with claims of its own, so that none is ever taken for another
 * (RFC 8725 §3.11). Pure: keys, times and expectations are passed in.
 */
import { z } from 'zod';
import {
  isForRequest,
  proofEndMs,
  REQUEST_CLAIMS,
  type ProvenRequest,
} from '../../../contract/request-proof.policy.js';
import { isSignedBy, readJws, type ReadJws } from '../../../platform/crypto/compact-jws.js';
import { fromTypeId } from '../../../platform/crypto/type-id.js';
import { isVersion } from '../apps/app-version.policy.js';
import { HOLDER_ALGORITHMS, type HolderKey } from '../../../platform/crypto/public-jwk.js';

export const REQUEST_TYPE = 'device-request+jwt';
export const REGISTRATION_TYPE = 'device-registration+jwt';
export const DECISION_TYPE = 'device-decision+jwt';

export const DECISIONS = ['approve', 'deny'] as const;
export type Decision = (typeof DECISIONS)[number];

/** The UUID in a TypeID of this prefix. */
const idOf = (prefix: string) =>
  z.string().transform((text, context) => {
    const id = fromTypeId(prefix, text);
    if (id === null) context.addIssue('is no such id');
    return id ?? z.NEVER;
  });

/** Device and tenant, as the device states them; read into UUIDs. */
const WHO = { tenant: idOf('ten'), sub: idOf('dev') } as const;

const RequestProof = z.object({
  ...WHO,
  ...REQUEST_CLAIMS,
  app_version: z.string().refine(isVersion),
  body_hash: z.string().optional(),
});
const RegistrationProof = z.object({ ...WHO, aud: z.string(), nonce: z.string(), ticket_hash: z.string() });
const DecisionClaims = z.strictObject({
  aud: z.string(),
  sub: z.string(),
  challenge: z.string(),
  action: z.string().optional(),
  context_hash: z.string().optional(),
  match_code: z.string().optional(),
  decision: z.enum(DECISIONS),
});

export type RequestProof = z.infer<typeof RequestProof>;
export type RegistrationProof = z.infer<typeof RegistrationProof>;
export type DecisionClaims = z.infer<typeof DecisionClaims>;

/** Read, and believed by nobody yet: `jws` has to be checked with the key of whom it names. */
export interface Unproven<Claims> {
  readonly jws: ReadJws;
  readonly claims: Claims;
}

export function readRequestProof(text: string): Unproven<RequestProof> | null {
  return read(text, REQUEST_TYPE, RequestProof);
}

export function readRegistrationProof(text: string): Unproven<RegistrationProof> | null {
  return read(text, REGISTRATION_TYPE, RegistrationProof);
}

export interface DeviceRequest extends ProvenRequest {
  /** Base64url of the SHA-256 of the body as it was sent; undefined where there is none. */
  readonly bodyHash: string | undefined;
}

/** When the proof ends, in milliseconds since 1970; null unless it is for this request, and this key signed it. */
export function verifyRequest(proof: Unproven<RequestProof>, key: HolderKey, request: DeviceRequest): number | null {
  // Always the signature too: what a refusal costs does not tell what was wrong.
  const isSigned = isSignedBy(proof.jws, key);
  const { claims } = proof;
  return isSigned && isForRequest(claims, request) && claims.body_hash === request.bodyHash
    ? proofEndMs(claims.iat)
    : null;
}

export type ExpectedRegistration = Readonly<Pick<RegistrationProof, 'aud' | 'nonce' | 'ticket_hash'>>;

/** Whether this key signed exactly this registration: ticket, nonce, and the service that it speaks to. */
export function isRegistration(
  proof: Unproven<RegistrationProof>,
  key: HolderKey,
  expected: ExpectedRegistration,
): boolean {
  const { aud, nonce, ticket_hash: ticketHash } = proof.claims;
  const isExpected = aud === expected.aud && nonce === expected.nonce && ticketHash === expected.ticket_hash;
  return isSignedBy(proof.jws, key) && isExpected;
}

/**
 * Whether this key signed exactly this decision.
 * SECURITY(T-35): every member is compared, also those that are absent: what the person was shown is what was signed.
 */
export function isDecision(text: string, key: HolderKey, expected: DecisionClaims): boolean {
  const decided = read(text, DECISION_TYPE, DecisionClaims);
  if (!decided || !isSignedBy(decided.jws, key)) return false;
  const names = Object.keys(DecisionClaims.shape) as (keyof DecisionClaims)[];
  return names.every((name) => decided.claims[name] === expected[name]);
}

// No `kid`, `jwk`, `jku` or `x5c` is looked at: the key is the one that was registered. An unknown `crit` is refused.
const headerOf = (typ: string) =>
  z.object({ typ: z.literal(typ), alg: z.enum(HOLDER_ALGORITHMS), crit: z.undefined().optional() });

function read<Claims>(text: string, typ: string, schema: z.ZodType<Claims>): Unproven<Claims> | null {
  const jws = readJws(text);
  const claims = schema.safeParse(jws?.claims);
  return jws && claims.success && headerOf(typ).safeParse(jws.header).success ? { jws, claims: claims.data } : null;
}
