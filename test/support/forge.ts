// Tokens made by an attacker: near misses of a valid token, each with one fault. The worst ones are signed with the
// service's own key, because a check must not rest on the signature alone.
import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { Sealer } from '../../src/platform/crypto/sealer.js';
import type { Credentials, TestService } from './service.js';

export interface ServiceKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly jwk: JsonWebKey;
}

export type Json = Readonly<Record<string, unknown>>;

/** The service's signing key, opened with its key ring as the service opens it. */
export async function serviceKey(service: TestService): Promise<ServiceKey> {
  const [row] = await service.sql<{ kid: string; public_jwk: JsonWebKey; private_sealed: Buffer }>(
    'SELECT kid, public_jwk, private_sealed FROM signing_keys ORDER BY signs_from LIMIT 1',
  );
  if (!row) throw new Error('there is no signing key');
  const place = { tenantId: '', table: 'signing_keys', column: 'private_sealed', rowId: row.kid };
  const key = new Sealer(service.keyRing).open(row.private_sealed, place);
  return {
    kid: row.kid,
    jwk: row.public_jwk,
    privateKey: createPrivateKey({ key, format: 'der', type: 'pkcs8' }),
  };
}

export function goodHeader({ kid }: ServiceKey): Json {
  return { alg: 'ES256', typ: 'at+jwt', kid };
}

export interface Victim extends Credentials {
  readonly tenantId: string;
  readonly issuer: string;
  readonly scope: string;
}

/** The claims of a valid token of the victim. */
export function goodClaims({ clientId, tenantId, issuer, scope }: Victim, nowMs: number): Json {
  const iat = Math.floor(nowMs / 1_000);
  const who = { sub: clientId, client_id: clientId, tenant: tenantId };
  return { iss: issuer, aud: issuer, ...who, scope, iat, exp: iat + 300, jti: '00000000-0000-7000-8000-000000000001' };
}

export type Signer = (input: string) => Buffer;

export const es256 =
  (key: KeyObject): Signer =>
  (input) =>
    sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });

export const hs256 =
  (secret: string | Buffer): Signer =>
  (input) =>
    createHmac('sha256', secret).update(input).digest();

/** Text is used as it is, so that members can be repeated. */
export function jws(header: Json | string, claims: Json | string, signer: Signer): string {
  const encoded = [header, claims].map((part) =>
    Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url'),
  );
  const input = encoded.join('.');
  return `${input}.${signer(input).toString('base64url')}`;
}

export function publicPem({ jwk }: ServiceKey): string {
  return createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'pem', type: 'spki' }).toString();
}

export function strangerKey(): { privateKey: KeyObject; jwk: JsonWebKey } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { privateKey, jwk: publicKey.export({ format: 'jwk' }) };
}
