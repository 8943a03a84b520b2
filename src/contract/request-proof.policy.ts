/**
 * Whether a signed proof was made for this request (RFC 9449 §4.2). Pure: request and time are passed in. The caller
 * verifies the signature and that the proof is used once.
 */
import { z } from 'zod';

/**
 * Seconds by which `iat` may differ from our clock. Own choice: RFC 9449 §11.1 asks for "a relatively brief period".
 */
export const PROOF_SECONDS = 60;

/** The claims of a proof. */
export const REQUEST_CLAIMS = {
  jti: z.string().min(1).max(256),
  htm: z.string(),
  htu: z.string(),
  iat: z.number(),
} as const;

export interface RequestClaims {
  readonly htm: string;
  readonly htu: string;
  readonly iat: number;
}

/** The request that a proof must be made for. */
export interface ProvenRequest {
  readonly method: string;
  /** Absolute, without query and fragment, on the issuer's host. The `Host` header is never used. */
  readonly url: string;
  readonly nowMs: number;
}

export function isForRequest({ htm, htu, iat }: RequestClaims, { method, url, nowMs }: ProvenRequest): boolean {
  return htm === method && isSameUrl(htu, url) && Math.abs(nowMs / 1_000 - iat) <= PROOF_SECONDS;
}

/** When a proof with this `iat` expires, in milliseconds since 1970. Its jti can be deleted then. */
export function proofEndMs(iat: number): number {
  return (iat + PROOF_SECONDS) * 1_000;
}

/** RFC 9449 §4.3 item 9: normalized by RFC 3986 §6.2.2 and §6.2.3. A URL with query or fragment is refused (§4.2). */
function isSameUrl(claimed: string, expected: string): boolean {
  if (!URL.canParse(claimed) || /[?#]/.test(claimed)) return false;
  return new URL(claimed).href === new URL(expected).href;
}
