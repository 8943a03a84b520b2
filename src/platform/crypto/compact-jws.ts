/**
 * Compact JWS (RFC 7515 §7.1), signed by clients or by this service. `readJws` only decodes. Its caller validates header
 * and claims, and verifies with `isSignedBy` and a key of its own choice.
 */
import { sign, verify, type KeyObject } from 'node:crypto';
import type { HolderKey } from './public-jwk.js';

export interface ReadJws {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly signedText: string;
  readonly signature: Buffer;
}

/** Characters. Longer texts are refused. */
export const MAX_JWS_LENGTH = 4_096;
const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
// r and s of P-256, or the two halves of Ed25519.
const SIGNATURE_BYTES = 64;

/**
 * Null unless it has three canonical base64url parts, the first two of them JSON objects, and at most MAX_JWS_LENGTH
 * characters.
 */
export function readJws(text: string): ReadJws | null {
  if (text.length > MAX_JWS_LENGTH || !COMPACT.test(text)) return null;
  const [header, claims, signature] = text.split('.') as [string, string, string];
  const [read, said, signed] = [objectIn(header), objectIn(claims), bytesOf(signature)];
  if (!read || !said || signed?.length !== SIGNATURE_BYTES) return null;
  return { header: read, claims: said, signedText: `${header}.${claims}`, signature: signed };
}

/** True if `alg` is the key's algorithm and the signature verifies. */
export function isSignedBy(
  { header, signedText, signature }: ReadJws,
  { alg, publicKey }: Pick<HolderKey, 'alg' | 'publicKey'>,
): boolean {
  // SECURITY(T-06): the key decides the algorithm (RFC 8725 §3.1). If the header did, HS256 would use the public key as
  // a secret.
  if (header['alg'] !== alg) return false;
  const data = Buffer.from(signedText);
  // RFC 7518 §3.4: r and s side by side. RFC 8037 §3.1: Ed25519 hashes by itself.
  return alg === 'ES256'
    ? verify('sha256', data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)
    : verify(null, data, publicKey, signature);
}

/** Signs with ES256 (RFC 7518 §3.4). The header has `alg`, `typ` and `kid`, and nothing else. */
export function signJws(header: { typ: string; kid: string }, claims: object, privateKey: KeyObject): string {
  const { typ, kid } = header;
  const signedText = `${encoded({ alg: 'ES256', typ, kid })}.${encoded(claims)}`;
  const signature = sign('sha256', Buffer.from(signedText), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${signedText}.${signature.toString('base64url')}`;
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function objectIn(part: string): Record<string, unknown> | null {
  const bytes = bytesOf(part);
  if (!bytes) return null;
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** RFC 7515 §2: base64url without padding. A non-canonical text is refused. */
function bytesOf(part: string): Buffer | null {
  const bytes = Buffer.from(part, 'base64url');
  return bytes.toString('base64url') === part ? bytes : null;
}
