/**
 * Validates a DPoP proof (RFC 9449 §4.3): a JWS that holds its public key and names one request. Pure: request, time,
 * token and key are passed in. The database makes sure that a proof is used once.
 */
import { z } from 'zod';
import { isForRequest, proofEndMs, REQUEST_CLAIMS, type ProvenRequest } from '../contract/request-proof.policy.js';
import { isSignedBy, readJws } from '../platform/crypto/compact-jws.js';
import { HOLDER_ALGORITHMS, readHolderKey, type HolderKey } from '../platform/crypto/public-jwk.js';

/** RFC 9449 §4.2. */
const DPOP_TYPE = 'dpop+jwt';

// SECURITY(T-06): `jku`, `x5u`, `x5c` and `kid` are ignored; an unknown `crit` is refused (RFC 7515 §4.1.11).
const Header = z.object({
  typ: z.literal(DPOP_TYPE),
  alg: z.enum(HOLDER_ALGORITHMS),
  jwk: z.unknown(),
  crit: z.undefined().optional(),
});

const Claims = z.object({ ...REQUEST_CLAIMS, ath: z.string().optional() });

type ProofClaims = z.infer<typeof Claims>;

export interface ProofDemand extends ProvenRequest {
  /** The key that the token is bound to. Absent in a token request, where the proof brings the key. */
  readonly thumbprint?: string;
  /** Base64url SHA-256 of the access token that is sent with the proof. */
  readonly tokenHash?: string;
}

export interface VerifiedDpopProof {
  readonly thumbprint: string;
  readonly jti: string;
  /** When the proof expires and its jti can be deleted. */
  readonly expiresAtMs: number;
}

/** The key of the proof. Null for every reason to refuse it. */
export function verifyDpopProof(proof: string | undefined, demand: ProofDemand): VerifiedDpopProof | null {
  // Node joins two DPoP headers with a comma, which no compact JWS contains.
  const read = proof === undefined ? null : readProof(proof);
  if (!read || !fits(read.claims, demand)) return null;
  const { jti, iat } = read.claims;
  const { thumbprint } = read.key;
  // RFC 9449 §4.3 item 12: the key that the token is bound to.
  const isRightKey = demand.thumbprint === undefined || demand.thumbprint === thumbprint;
  return isRightKey ? { thumbprint, jti, expiresAtMs: proofEndMs(iat) } : null;
}

/** Well formed, and signed by the key in its header (RFC 9449 §4.3 items 2 to 7). */
function readProof(proof: string): { key: HolderKey; claims: ProofClaims } | null {
  const jws = readJws(proof);
  const header = Header.safeParse(jws?.header);
  const claims = Claims.safeParse(jws?.claims);
  if (!jws || !header.success || !claims.success) return null;
  const key = readHolderKey(header.data.jwk);
  return key && isSignedBy(jws, key) ? { key, claims: claims.data } : null;
}

function fits(claims: ProofClaims, demand: ProofDemand): boolean {
  // RFC 9449 §4.3 item 10: with an access token, `ath` is the hash of that token.
  const isForToken = demand.tokenHash === undefined || claims.ath === demand.tokenHash;
  return isForRequest(claims, demand) && isForToken;
}
