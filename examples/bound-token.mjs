// Asks for a token that is bound to a key (RFC 9449), uses it, and shows that a thief could not. Plain Node, no package:
// `node examples/bound-token.mjs` beside a running `npm start`, or with URL, CLIENT_ID and CLIENT_SECRET set.
import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';

const { URL: url, CLIENT_ID: clientId, CLIENT_SECRET: clientSecret } = settings();
const json = async (/** @type {Response} */ answer) => /** @type {Promise<any>} */ (answer.json());

// A proof names the URL on the issuer's host, even if the service was called by another name.
const { issuer } = await json(await fetch(`${url}/.well-known/oauth-authorization-server`));
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = publicKey.export({ format: 'jwk' });

const asked = await fetch(`${url}/oauth2/token`, {
  method: 'POST',
  headers: { DPoP: proof('POST', '/oauth2/token') },
  body: new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret }),
});
const { access_token: token, token_type: type } = await json(asked);
console.log(`token of type ${type}`);

const path = '/v1/users/user-1/factors';
const mine = await fetch(url + path, {
  headers: { Authorization: `DPoP ${token}`, DPoP: proof('GET', path, token) },
});
console.log(`with a proof: ${mine.status}`);

const stolen = await fetch(url + path, { headers: { Authorization: `Bearer ${token}` } });
console.log(`without: ${stolen.status}`);

/**
 * One proof for one request.
 * @param {string} htm
 * @param {string} path
 * @param {string} [accessToken]
 */
function proof(htm, path, accessToken) {
  const ath = accessToken && createHash('sha256').update(accessToken).digest('base64url');
  const claims = { jti: randomUUID(), htm, htu: issuer + path, iat: Math.floor(Date.now() / 1000), ath };
  const parts = [{ typ: 'dpop+jwt', alg: 'ES256', jwk }, claims];
  const input = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

/** @returns {{ URL: string, CLIENT_ID: string, CLIENT_SECRET: string }} */
function settings() {
  const { URL = '', CLIENT_ID = '', CLIENT_SECRET = '' } = process.env;
  if (URL !== '') return { URL, CLIENT_ID, CLIENT_SECRET };
  const demo = JSON.parse(readFileSync('.countersign/demo-client.json', 'utf8'));
  return { URL: demo.issuer, CLIENT_ID: demo.clientId, CLIENT_SECRET: demo.clientSecret };
}
