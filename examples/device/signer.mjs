// What the device signs with its key: compact JWS (RFC 7515), with nothing but Node.
import { createPrivateKey, createPublicKey, generateKeyPairSync, createHash, randomUUID, sign } from 'node:crypto';

/** @typedef {import('node:crypto').JsonWebKey} Jwk */

/**
 * @param {string | Buffer} data
 * @returns {Buffer}
 */
export function sha256(data) {
  return createHash('sha256').update(data).digest();
}

/** @returns {Jwk} a new private key, Ed25519 */
export function newKey() {
  return generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
}

/**
 * @param {Jwk} privateJwk
 * @returns {Jwk}
 */
export function publicPart(privateJwk) {
  return createPublicKey(createPrivateKey({ key: privateJwk, format: 'jwk' })).export({ format: 'jwk' });
}

/**
 * RFC 7638, RFC 8037 appendix A.3.
 * @param {Jwk} jwk
 */
export function thumbprint({ crv, kty, x }) {
  return sha256(JSON.stringify({ crv, kty, x })).toString('base64url');
}

/**
 * @param {Jwk} privateJwk
 * @param {string} typ
 * @param {object} claims
 */
export function signed(privateJwk, typ, claims) {
  const part = (/** @type {object} */ value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'EdDSA', typ })}.${part(claims)}`;
  const key = createPrivateKey({ key: privateJwk, format: 'jwk' });
  return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`;
}

/**
 * Six digits for the user to read. Another person with the same ticket has another key, and so another code.
 * @param {string} nonce of the registration
 * @param {Jwk} publicJwk
 */
export function deviceCode(nonce, publicJwk) {
  const bytes = sha256(`${nonce}.${thumbprint(publicJwk)}`);
  return String(bytes.readUIntBE(0, 6) % 1_000_000).padStart(6, '0');
}

/**
 * JSON with its members in order (RFC 8785). A context holds texts and objects of texts only, for which sorting is all there is to do.
 * @param {unknown} value
 * @returns {string}
 */
export function canonicalJson(value) {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`;
}

/**
 * The header `Authorization` of one request of a registered device.
 * @param {{ tenant: string, deviceId: string, appVersion: string, privateJwk: Jwk }} device
 * @param {{ method: string, url: string, body: string | undefined }} request
 */
export function requestProof({ tenant, deviceId, appVersion, privateJwk }, { method, url, body }) {
  const { origin, pathname } = new URL(url);
  return `DeviceProof ${signed(privateJwk, 'device-request+jwt', {
    tenant,
    sub: deviceId,
    app_version: appVersion,
    htm: method,
    htu: `${origin}${pathname}`,
    iat: Math.floor(Date.now() / 1_000),
    jti: randomUUID(),
    ...(body === undefined ? {} : { body_hash: sha256(body).toString('base64url') }),
  })}`;
}
