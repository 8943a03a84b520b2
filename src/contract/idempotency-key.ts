// The header `Idempotency-Key`, as routes take it whose contract says `idempotent`. A retry with the same key is answered as
// the first request was, instead of being done again.

// draft-ietf-httpapi-idempotency-key-header-07 §2.1: a structured string, in quotation marks; many clients leave them out.
// Both spell the same key. Parameters and other characters are refused.
const FORM = /^(?:"([A-Za-z0-9._~-]{1,128})"|([A-Za-z0-9._~-]{1,128}))$/;

/** The key without its quotation marks; null for a text that is none. */
export function readIdempotencyKey(header: string): string | null {
  const [, quoted, bare] = FORM.exec(header) ?? [];
  return quoted ?? bare ?? null;
}
