/**
 * Judges a proof of possession (RFC 9449 §4.3): a JWS that carries its public key and names one request. Pure: what was
 * asked, when, with which token and which key is passed in; that a proof counts once is the database's to decide.
 */
import { z } from 'zod';
import { isForRequest, proofEndMs, REQUEST_CLAIMS, type ProvenRequest } from '../contract/request-proof.policy.js';
import { isSignedBy, readJws } from '../platform/crypto/compact-jws.js';
import { HOLDER_ALGORITHMS, readHolderKey, type HolderKey } from '../platform/crypto/public-jwk.js';

/** RFC 9449 §4.2. */
const DPOP_TYPE = 'dpop+jwt';

// SECURITY(T-06): `jku`, `x5u`, `x5c` and `kid` are never looked at; an unknown `crit` is refused (RFC 7515 §4.1.11).
const Header = z.object({
  typ: z.literal(DPOP_TYPE),
  alg: z.enum(HOLDER_ALGORITHMS),
  jwk: z.unknown(),
  crit: z.undefined().optional(),
});

const Claims = z.object({ ...REQUEST_CLAIMS, ath: z.string().optional() });

type ProofClaims = z.infer<typeof Claims>;

export interface ProofDemand extends ProvenRequest {
  /** Of the key that a token is bound to. Absent where a token is asked for: the proof then brings the key. */
  readonly thumbprint?: string;
  /** Base64url of the SHA-256 of the access token that is presented with the proof. */
  readonly tokenHash?: string;
}

export interface VerifiedDpopProof {
  readonly thumbprint: string;
  readonly jti: string;
  /** From here on nobody accepts the proof, whether it was used or not. */
  readonly expiresAtMs: number;
}

/** Whose proof it is, or null for every reason not to believe it. */
export function verifyDpopProof(proof: string | undefined, demand: ProofDemand): VerifiedDpopProof | null {
  // Two DPoP headers arrive joined by a comma, which no compact JWS holds.
  const read = proof === undefined ? null : readProof(proof);
  if (!read || !fits(read.claims, demand)) return null;
  const { jti, iat } = read.claims;
  const { thumbprint } = read.key;
  // RFC 9449 §4.3 item 12: the key that the token is bound to.
  const isRightKey = demand.thumbprint === undefined || demand.thumbprint === thumbprint;
  return isRightKey ? { thumbprint, jti, expiresAtMs: proofEndMs(iat) } : null;
}

/** Well formed, and signed by the key that it shows (RFC 9449 §4.3 items 2 to 7). */
function readProof(proof: string): { key: HolderKey; claims: ProofClaims } | null {
  const jws = readJws(proof);
  const header = Header.safeParse(jws?.header);
  const claims = Claims.safeParse(jws?.claims);
  if (!jws || !header.success || !claims.success) return null;
  const key = readHolderKey(header.data.jwk);
  return key && isSignedBy(jws, key) ? { key, claims: claims.data } : null;
}

function fits(claims: ProofClaims, demand: ProofDemand): boolean {
  // RFC 9449 §4.3 item 10: with an access token, `ath` is that token's.
  const isForToken = demand.tokenHash === undefined || claims.ath === demand.tokenHash;
  return isForRequest(claims, demand) && isForToken;
}
