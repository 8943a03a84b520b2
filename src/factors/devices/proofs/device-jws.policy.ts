/**
 * What a device signs: compact JWS (RFC 7515) of three types with different claims, so that none can be taken for
 * another (RFC 8725 §3.11). Pure: keys, times and expectations are passed in.
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

/** The UUID of a TypeID with this prefix. */
const idOf = (prefix: string) =>
  z.string().transform((text, context) => {
    const id = fromTypeId(prefix, text);
    if (id === null) context.addIssue('is not such an id');
    return id ?? z.NEVER;
  });

/** Device and tenant as the device states them, converted to UUIDs. */
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

/** Decoded but not verified: check `jws` with the key of the device that it names. */
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
  /** Base64url SHA-256 of the raw body. Undefined without a body. */
  readonly bodyHash: string | undefined;
}

/** When the proof expires, in milliseconds since 1970. Null unless it is for this request and signed by this key. */
export function verifyRequest(proof: Unproven<RequestProof>, key: HolderKey, request: DeviceRequest): number | null {
  // Always verifies the signature too, so that the cost of a refusal does not reveal the reason.
  const isSigned = isSignedBy(proof.jws, key);
  const { claims } = proof;
  return isSigned && isForRequest(claims, request) && claims.body_hash === request.bodyHash
    ? proofEndMs(claims.iat)
    : null;
}

export type ExpectedRegistration = Readonly<Pick<RegistrationProof, 'aud' | 'nonce' | 'ticket_hash'>>;

/** Whether this key signed exactly this registration: ticket, nonce and this service. */
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
 * SECURITY(T-35): every member is compared, absent ones too, so that the person saw what was signed.
 */
export function isDecision(text: string, key: HolderKey, expected: DecisionClaims): boolean {
  const decided = read(text, DECISION_TYPE, DecisionClaims);
  if (!decided || !isSignedBy(decided.jws, key)) return false;
  const names = Object.keys(DecisionClaims.shape) as (keyof DecisionClaims)[];
  return names.every((name) => decided.claims[name] === expected[name]);
}

// `kid`, `jwk`, `jku` and `x5c` are ignored: the key is the registered one. An unknown `crit` is refused.
const headerOf = (typ: string) =>
  z.object({ typ: z.literal(typ), alg: z.enum(HOLDER_ALGORITHMS), crit: z.undefined().optional() });

function read<Claims>(text: string, typ: string, schema: z.ZodType<Claims>): Unproven<Claims> | null {
  const jws = readJws(text);
  const claims = schema.safeParse(jws?.claims);
  return jws && claims.success && headerOf(typ).safeParse(jws.header).success ? { jws, claims: claims.data } : null;
}
