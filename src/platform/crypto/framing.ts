/**
 * Joins texts into bytes, so that different lists give different bytes: each part is preceded by its length in UTF-8
 * bytes (32 bits, big-endian). Well-formed text only: UTF-8 has no lone surrogates.
 */
export function framed(...parts: readonly string[]): Buffer {
  const sizes = parts.map((part) => Buffer.byteLength(part, 'utf8'));
  const out = Buffer.allocUnsafe(sizes.reduce((sum, size) => sum + 4 + size, 0));
  let at = 0;
  parts.forEach((part) => {
    const written = out.write(part, at + 4, 'utf8');
    out.writeUInt32BE(written, at);
    at += 4 + written;
  });
  return out;
}
