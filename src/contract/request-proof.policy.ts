/**
 * What a signed proof says of the one request that it is for (RFC 9449 §4.2), and whether that is this one. Pure: the
 * request and the time are passed in. Whose signature it is, and that it counts once, are the caller's to ask.
 */
import { z } from 'zod';

/** Seconds by which `iat` may lie before or behind our clock; own choice, RFC 9449 §11.1 asks for "a relatively brief period". */
export const PROOF_SECONDS = 60;

/** Members of the claims. */
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

/** The request that a proof has to be made for. */
export interface ProvenRequest {
  readonly method: string;
  /** Absolute, without query and fragment, under the name that the issuer has: never the `Host` that was sent. */
  readonly url: string;
  readonly nowMs: number;
}

export function isForRequest({ htm, htu, iat }: RequestClaims, { method, url, nowMs }: ProvenRequest): boolean {
  return htm === method && isSameUrl(htu, url) && Math.abs(nowMs / 1_000 - iat) <= PROOF_SECONDS;
}

/** From here on nobody accepts a proof of this `iat`, whether it was used or not; milliseconds since 1970. */
export function proofEndMs(iat: number): number {
  return (iat + PROOF_SECONDS) * 1_000;
}

/** RFC 9449 §4.3 item 9: normalized as RFC 3986 §6.2.2 and §6.2.3 have it. One with a query or a fragment is another (§4.2). */
function isSameUrl(claimed: string, expected: string): boolean {
  if (!URL.canParse(claimed) || /[?#]/.test(claimed)) return false;
  return new URL(claimed).href === new URL(expected).href;
}
