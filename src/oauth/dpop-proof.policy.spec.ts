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

// T-06. The forgeries over HTTP are bound-tokens.spec.ts; here are the rule's edges, and what it says of a right proof.
describe('verifyDpopProof', () => {
  it('says whose proof it is and until when it has to be remembered', () => {
    const expected = { thumbprint, jti: 'x', expiresAtMs: (NOW + PROOF_SECONDS) * 1_000 };
    expect(verifyDpopProof(proof(), demand)).toEqual(expected);
  });

  it('takes the key from the proof where no token is bound to one yet, and needs no hash of a token', () => {
    const { method, url, nowMs } = demand;
    expect(verifyDpopProof(proof({ ath: undefined }), { method, url, nowMs })?.thumbprint).toBe(thumbprint);
  });

  it.each([
    ['the oldest instant', NOW * 1_000 + 60_000, true],
    ['a millisecond later', NOW * 1_000 + 60_001, false],
    ['the newest instant', NOW * 1_000 - 60_000, true],
    ['a millisecond before', NOW * 1_000 - 60_001, false],
  ])('judges the time by the clock that it is given: %s', (_name, nowMs, isGood) => {
    expect(verifyDpopProof(proof(), { ...demand, nowMs }) !== null).toBe(isGood);
  });

  it.each([
    ['the scheme and host in capitals', 'HTTPS://MFA.example/v1/users/ada/factors'],
    ['the port of the scheme', 'https://mfa.example:443/v1/users/ada/factors'],
  ])('knows the same address by %s (RFC 3986 §6.2)', (_name, htu) => {
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
  ])('takes an address with %s for another', (_name, htu) => {
    expect(verifyDpopProof(proof({ htu }), demand)).toBeNull();
  });

  it.each([
    ['another key', { thumbprint: sha256Text('x') }],
    ['another token', { tokenHash: sha256Text('x') }],
    ['another method', { method: 'POST' }],
    ['another address', { url: 'https://mfa.example/v1/users/eve/factors' }],
  ])('refuses a right proof where %s is asked for', (_name, change) => {
    expect(verifyDpopProof(proof(), { ...demand, ...change })).toBeNull();
  });

  it('refuses no proof at all', () => {
    expect(verifyDpopProof(undefined, demand)).toBeNull();
  });
});
