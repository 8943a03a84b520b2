// The header `Idempotency-Key` of routes whose contract says `idempotent`. A retry with the same key gets the first
// answer. The request is not executed again.

// draft-ietf-httpapi-idempotency-key-header-07 §2.1: a structured string in quotation marks. Many clients leave the
// marks out; both spell the same key. Parameters and other characters are refused.
const FORM = /^(?:"([A-Za-z0-9._~-]{1,128})"|([A-Za-z0-9._~-]{1,128}))$/;

/** The key without its quotation marks. Null if the text is not a key. */
export function readIdempotencyKey(header: string): string | null {
  const [, quoted, bare] = FORM.exec(header) ?? [];
  return quoted ?? bare ?? null;
}
