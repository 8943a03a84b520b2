import { validateClientAssertion, readClientAssertion } from './client-assertion.policy.js';

const ISSUER = 'https://mfa.example';
const CLIENT = 'cli_01kaqy4zq7e1kvf3xh2vbsrzq0';
const NOW = 1_800_000_000;
const GOOD = { iss: CLIENT, sub: CLIENT, aud: ISSUER, jti: 'x', exp: NOW + 60 };
const jws = (claims: object = {}, header: object = {}) => ({
  header: { alg: 'ES256', ...header },
  claims: { ...GOOD, ...claims },
  signedText: '',
  signature: Buffer.alloc(64),
});
const validated = (claims: object, header = {}) =>
  validateClientAssertion(jws(claims, header), { issuer: ISSUER, nowMs: NOW * 1_000 });

// T-06. The signature is verified elsewhere. The forgeries over HTTP are in client-keys.spec.ts.
describe('validateClientAssertion', () => {
  it.each<[string, object, object]>([
    ['no type', {}, {}],
    ['the type JWT', {}, { typ: 'JWT' }],
    ['a type of its own', {}, { typ: 'client-authentication+jwt' }],
    ['times that have begun', { iat: NOW, nbf: NOW }, {}],
    ['a clock that is ten seconds ahead', { iat: NOW + 10, nbf: NOW + 10, exp: NOW + 310 }, {}],
    ['parts of a second', { iat: NOW - 0.5, exp: NOW + 0.5 }, {}],
  ])('accepts %s', (_name, claims, header) => {
    const exp = 'exp' in claims ? (claims.exp as number) : GOOD.exp;
    expect(validated(claims, header)).toEqual({ jti: 'x', expiresAtMs: exp * 1_000 });
  });

  it.each<[string, object, object]>([
    ['the token endpoint as audience', { aud: `${ISSUER}/oauth2/token` }, {}],
    ['a list of one', { aud: [ISSUER] }, {}],
    ['another subject than issuer', { iss: 'x' }, {}],
    ['the instant of its end', { exp: NOW }, {}],
    ['a life of more than five minutes', { exp: NOW + 311 }, {}],
    ['no end', { exp: undefined }, {}],
    ['an end as text', { exp: String(NOW + 60) }, {}],
    ['a start in the future', { nbf: NOW + 11 }, {}],
    ['an issue ahead', { iat: NOW + 11 }, {}],
    ['a time as text', { iat: String(NOW) }, {}],
    ['no id', { jti: undefined }, {}],
    ['an id that is a number', { jti: 1 }, {}],
    ['the type of a DPoP proof', {}, { typ: 'dpop+jwt' }],
    ['the type of an access token', {}, { typ: 'at+jwt' }],
    ['another algorithm', {}, { alg: 'RS256' }],
    ['a critical header', {}, { crit: [] }],
  ])('refuses %s', (_name, claims, header) => {
    expect(validated(claims, header)).toBeNull();
  });
});

describe('readClientAssertion', () => {
  const text = (claims: object) =>
    [{ alg: 'ES256' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.') +
    `.${'A'.repeat(86)}`;

  it('names the client of the assertion, with the same client id beside it or none', () => {
    for (const clientId of [undefined, CLIENT])
      expect(readClientAssertion(text(GOOD), clientId)?.clientId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    ['another client id beside it', text(GOOD), 'cli_00000000000000000000000000'],
    ['no subject', text({}), undefined],
    ['a subject that is no client', text({ sub: 'ten_01kaqy4zq7e1kvf3xh2vbsrzq0' }), undefined],
    ['no JWS', 'x', undefined],
  ])('refuses %s', (_name, assertion, clientId) => {
    expect(readClientAssertion(assertion, clientId)).toBeNull();
  });
});
