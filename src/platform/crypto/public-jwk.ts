/**
 * Public keys of clients and devices: P-256 for ES256 (RFC 7518 §6.2) or Ed25519 for EdDSA (RFC 8037 §2), as a JWK (RFC
 * 7517). Null for any other key, and for one with a private part. Other members are dropped, and URLs and certificates
 * are ignored. Adding an algorithm? Also: compact-jws.ts and the metadata.
 */
import { createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from './canonical-json.js';
import { sha256Text } from './digest.js';

export const HOLDER_ALGORITHMS = ['ES256', 'EdDSA'] as const;
export type HolderAlgorithm = (typeof HOLDER_ALGORITHMS)[number];

export type HolderJwk =
  | { readonly kty: 'EC'; readonly crv: 'P-256'; readonly x: string; readonly y: string }
  | { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string };

export interface HolderKey {
  readonly jwk: HolderJwk;
  readonly alg: HolderAlgorithm;
  /** RFC 7638 §3, SHA-256. */
  readonly thumbprint: string;
  readonly publicKey: KeyObject;
}

// Base64url of exactly 32 bytes: 43 characters of which the last carries two zero bits.
const coordinate = z.string().regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/);
const absent = z.undefined().optional();
// RFC 7518 §6.2.2, §6.3.2, §6.4.1 and RFC 8037 §2: the members of private and symmetric keys.
const noSecrets = { d: absent, p: absent, q: absent, dp: absent, dq: absent, qi: absent, oth: absent, k: absent };
const purpose = {
  use: z.literal('sig').optional(),
  key_ops: z
    .array(z.string())
    .refine((uses) => uses.includes('verify'))
    .optional(),
};

const Jwk = z.discriminatedUnion('kty', [
  z.object({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: coordinate,
    y: coordinate,
    alg: z.literal('ES256').optional(),
    ...noSecrets,
    ...purpose,
  }),
  z.object({
    kty: z.literal('OKP'),
    crv: z.literal('Ed25519'),
    x: coordinate,
    alg: z.literal('EdDSA').optional(),
    ...noSecrets,
    ...purpose,
  }),
]);

export function readHolderKey(value: unknown): HolderKey | null {
  const parsed = Jwk.safeParse(value);
  if (!parsed.success) return null;
  const { data } = parsed;
  const jwk: HolderJwk =
    data.kty === 'EC'
      ? { kty: data.kty, crv: data.crv, x: data.x, y: data.y }
      : { kty: data.kty, crv: data.crv, x: data.x };
  const publicKey = imported(jwk);
  if (!publicKey) return null;
  // RFC 7638 §3.2, RFC 8037 appendix A.3: only the required members are kept.
  return { jwk, alg: algorithmOf(jwk), thumbprint: sha256Text(canonicalJson(jwk)), publicKey };
}

export function algorithmOf({ kty }: HolderJwk): HolderAlgorithm {
  return kty === 'EC' ? 'ES256' : 'EdDSA';
}

/** A new key pair. The private key is for the caller's file; the service keeps no copy. */
export function newHolderKey(alg: HolderAlgorithm = 'ES256'): {
  readonly key: HolderKey;
  readonly privateJwk: JsonWebKey;
} {
  const { publicKey, privateKey } =
    alg === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  const key = readHolderKey(publicKey.export({ format: 'jwk' }));
  if (!key) throw new Error('BUG: a new key cannot be read');
  const privateJwk = { ...privateKey.export({ format: 'jwk' }), kid: key.thumbprint, alg: key.alg, use: 'sig' };
  return { key, privateJwk };
}

/** Null for a point that is not on its curve (SP 800-56A §5.6.2.3.3), or a point of small order. */
function imported(jwk: HolderJwk): KeyObject | null {
  if (jwk.kty === 'OKP' && isOfSmallOrder(Buffer.from(jwk.x, 'base64url'))) return null;
  try {
    return createPublicKey({ key: { ...jwk } as JsonWebKey, format: 'jwk' });
  } catch {
    return null;
  }
}

// The y coordinates of the points of order 1, 2, 4 and 8 on Ed25519, little endian, including those not reduced modulo
// p.
const SMALL_ORDER: ReadonlySet<string> = new Set([
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
]);

// SECURITY(T-06): with such a key one signature is valid for many messages, so it identifies no holder.
function isOfSmallOrder(point: Buffer): boolean {
  const y = Buffer.from(point);
  // RFC 8032 §5.1.2: the highest bit is the sign of x.
  y.writeUInt8(y.readUInt8(31) & 0x7f, 31);
  return SMALL_ORDER.has(y.toString('hex'));
}
