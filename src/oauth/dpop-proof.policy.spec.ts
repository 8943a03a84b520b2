import { generateKeyPairSync, sign, type JsonWebKey } from 'node:crypto';
import { sha256Text } from '../platform/crypto/digest.js';
import { readHolderKey } from '../platform/crypto/public-jwk.js';
import { PROOF_SECONDS } from '../contract/request-proof.policy.js';
import { verifyDpopProof } from './dpop-proof.policy.js';

const NOW = 1_800_000_000;
const URL_OF_REQUEST = 'https://mfa.example/v1/users/ada/factors';
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk: JsonWebKey = publicKey.export({ format: 'jwk' });
const thumbprint = readHolderKey(jwk)?.thumbprint ?? '';
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

function proof(claims: object = {}, header: object = {}): string {
  const said = { jti: 'x', htm: 'GET', htu: URL_OF_REQUEST, iat: NOW, ath: sha256Text('token'), ...claims };
  const input = `${encoded({ typ: 'dpop+jwt', alg: 'ES256', jwk, ...header })}.${encoded(said)}`;
  const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

const demand = { method: 'GET', url: URL_OF_REQUEST, nowMs: NOW * 1_000, thumbprint, tokenHash: sha256Text('token') };

// T-06. The forgeries over HTTP are in bound-tokens.spec.ts. Here are the edges of the rule, and the result for a right
// proof.
describe('verifyDpopProof', () => {
  it('returns the key of the proof, and until when its jti has to be stored', () => {
    const expected = { thumbprint, jti: 'x', expiresAtMs: (NOW + PROOF_SECONDS) * 1_000 };
    expect(verifyDpopProof(proof(), demand)).toEqual(expected);
  });

  it('takes the key from the proof if no token is bound yet, and needs no hash of a token then', () => {
    const { method, url, nowMs } = demand;
    expect(verifyDpopProof(proof({ ath: undefined }), { method, url, nowMs })?.thumbprint).toBe(thumbprint);
  });

  it.each([
    ['the oldest instant', NOW * 1_000 + 60_000, true],
    ['a millisecond later', NOW * 1_000 + 60_001, false],
    ['the newest instant', NOW * 1_000 - 60_000, true],
    ['a millisecond before', NOW * 1_000 - 60_001, false],
  ])('validates the time by the given clock: %s', (_name, nowMs, isGood) => {
    expect(verifyDpopProof(proof(), { ...demand, nowMs }) !== null).toBe(isGood);
  });

  it.each([
    ['the scheme and host in capitals', 'HTTPS://MFA.example/v1/users/ada/factors'],
    ['the port of the scheme', 'https://mfa.example:443/v1/users/ada/factors'],
  ])('takes the same URL by %s (RFC 3986 §6.2)', (_name, htu) => {
    expect(verifyDpopProof(proof({ htu }), demand)).not.toBeNull();
  });

  it.each([
    ['a path in capitals', 'https://mfa.example/V1/users/ada/factors'],
    ['an escape that means the same', 'https://mfa.example/v1/users/%61da/factors'],
    ['a query', `${URL_OF_REQUEST}?`],
    ['a fragment', `${URL_OF_REQUEST}#x`],
    ['a user', 'https://x@mfa.example/v1/users/ada/factors'],
    ['no scheme', '//mfa.example/v1/users/ada/factors'],
    ['nothing', ''],
  ])('takes a URL with %s for another one', (_name, htu) => {
    expect(verifyDpopProof(proof({ htu }), demand)).toBeNull();
  });

  it.each([
    ['another key', { thumbprint: sha256Text('x') }],
    ['another token', { tokenHash: sha256Text('x') }],
    ['another method', { method: 'POST' }],
    ['another address', { url: 'https://mfa.example/v1/users/eve/factors' }],
  ])('refuses a right proof if %s is expected', (_name, change) => {
    expect(verifyDpopProof(proof(), { ...demand, ...change })).toBeNull();
  });

  it('refuses a missing proof', () => {
    expect(verifyDpopProof(undefined, demand)).toBeNull();
  });
});
