// A client with a key: makes DPoP proofs (RFC 9449 §4.2) and client assertions (RFC 7523 §3). They are right, or near
// misses after a change of one member. Written from the RFCs, independent of the code under test.
import { createHash, generateKeyPairSync, randomUUID, sign, type JsonWebKey, type KeyObject } from 'node:crypto';
import { call, type Answer, type Wish } from './api.js';
import { es256, jws, type Json, type Signer } from './forge.js';
import { fromTypeId } from '../../src/platform/crypto/type-id.js';
import type { Credentials, TestService } from './service.js';

/** Members that are undefined are left out. */
export interface Change {
  readonly header?: Json;
  readonly claims?: Json;
  readonly signer?: Signer;
}

export interface ProvenRequest {
  readonly method: string;
  readonly url: string;
  readonly nowMs: number;
  readonly token?: string;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url');

export class Holder {
  readonly jwk: JsonWebKey;
  readonly privateKey: KeyObject;

  constructor(readonly alg: 'ES256' | 'EdDSA' = 'ES256') {
    const { privateKey, publicKey } =
      alg === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
    this.privateKey = privateKey;
    this.jwk = publicKey.export({ format: 'jwk' });
  }

  /** RFC 7638 §3, RFC 8037 appendix A.3: required members in alphabetical order. */
  get thumbprint(): string {
    const { crv, kty, x, y } = this.jwk;
    return sha256(JSON.stringify(this.alg === 'ES256' ? { crv, kty, x, y } : { crv, kty, x }));
  }

  get signer(): Signer {
    return this.alg === 'ES256' ? es256(this.privateKey) : (input) => sign(null, Buffer.from(input), this.privateKey);
  }

  proof({ method, url, nowMs, token }: ProvenRequest, { header, claims, signer }: Change = {}): string {
    const ath = token === undefined ? {} : { ath: sha256(token) };
    const said = { jti: randomUUID(), htm: method, htu: url, iat: Math.floor(nowMs / 1_000), ...ath, ...claims };
    return jws({ typ: 'dpop+jwt', alg: this.alg, jwk: this.jwk, ...header }, said, signer ?? this.signer);
  }

  assertion({ clientId, issuer, nowMs }: { clientId: string; issuer: string; nowMs: number }, change: Change = {}) {
    const iat = Math.floor(nowMs / 1_000);
    const who = { iss: clientId, sub: clientId, aud: issuer };
    const said = { ...who, jti: randomUUID(), iat, exp: iat + 60, ...change.claims };
    return jws({ alg: this.alg, ...change.header }, said, change.signer ?? this.signer);
  }
}

export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** POST /oauth2/token with these parameters. */
export function askToken(
  url: string,
  form: Readonly<Record<string, string>>,
  headers: Wish['headers'] = {},
): Promise<Answer> {
  const raw = new URLSearchParams({ grant_type: 'client_credentials', ...form }).toString();
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  return call(url, { path: '/oauth2/token', raw, headers: { ...type, ...headers } });
}

export interface BoundWish extends Credentials {
  readonly issuer: string;
  readonly nowMs: number;
  readonly scope?: string;
}

/** A token that is bound to the holder's key. */
export async function boundTokenOf(url: string, holder: Holder, wish: BoundWish): Promise<string> {
  const { clientId, clientSecret, issuer, nowMs, scope } = wish;
  const dpop = holder.proof({ method: 'POST', url: `${issuer}/oauth2/token`, nowMs });
  const form = { client_id: clientId, client_secret: clientSecret, ...(scope === undefined ? {} : { scope }) };
  const answer = await askToken(url, form, { dpop });
  if (answer.status !== 200) throw new Error(`no token: ${answer.status} ${answer.text}`);
  const { access_token: token, token_type: type } = answer.json() as { access_token: string; token_type: string };
  if (type !== 'DPoP') throw new Error(`the token is not bound: ${type}`);
  return token;
}

/** Registers the holder's public key for the client, as the operator's command would. */
export async function registered(
  service: TestService,
  { clientId }: Credentials,
  { jwk, thumbprint }: Pick<Holder, 'jwk' | 'thumbprint'>,
): Promise<void> {
  await service.sql(
    `INSERT INTO client_keys (tenant_id, client_id, slot, kid, public_jwk, created_at)
     SELECT tenant_id, id, 1, $2, $3, created_at FROM clients WHERE id = $1`,
    [fromTypeId('cli', clientId), thumbprint, jwk],
  );
  await service.bindRows(['client_keys']);
}
