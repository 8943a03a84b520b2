/**
 * Key pairs for signing tokens: ES256 (ECDSA, P-256, SHA-256; RFC 7518 §3.4). The private key leaves this file as PKCS
 * #8 DER, to be sealed immediately, and comes back as a KeyObject.
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { canonicalJson } from './canonical-json.js';

export type { KeyObject };

export interface PublicJwk {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
  readonly kid: string;
  readonly use: 'sig';
  readonly alg: 'ES256';
}

export interface NewSigningKey {
  readonly publicJwk: PublicJwk;
  readonly privateDer: Buffer;
}

export function newSigningKey(): NewSigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const required = { crv: 'P-256', kty: 'EC', x, y } as const;
  // RFC 7638 §3: the key id is the thumbprint of the required members.
  const kid = hash('sha256', canonicalJson(required), 'base64url');
  return {
    publicJwk: { ...required, kid, use: 'sig', alg: 'ES256' },
    privateDer: privateKey.export({ format: 'der', type: 'pkcs8' }),
  };
}

export function privateKeyOf(der: Buffer): KeyObject {
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

export function publicKeyOf(jwk: PublicJwk): KeyObject {
  return createPublicKey({ key: { ...jwk } as JsonWebKey, format: 'jwk' });
}
