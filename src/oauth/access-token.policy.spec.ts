import { ACCESS_TOKEN_SECONDS, validateClaims } from './access-token.policy.js';

const ISSUER = 'https://countersign.example';
const NOW_MS = 1_800_000_000_000;
const NOW = NOW_MS / 1_000;
const CLIENT = 'cli_01kaqy4zq7e1kvf3xh2vbsrzq0';
const GOOD = {
  iss: ISSUER,
  aud: ISSUER,
  sub: CLIENT,
  client_id: CLIENT,
  tenant: 'ten_01kaqy4zq7e1kvf3xh2vbsrzq0',
  scope: 'verify factors:read',
  iat: NOW,
  exp: NOW + ACCESS_TOKEN_SECONDS,
  jti: 'x',
};
const validated = (change: object, nowMs = NOW_MS) =>
  validateClaims({ claims: { ...GOOD, ...change }, issuer: ISSUER, nowMs });

// T-06. The signature is right: only the claims are validated.
describe('validateClaims', () => {
  it('returns the caller of valid claims', () => {
    const caller = validated({})?.caller;
    expect([...(caller?.scopes ?? [])]).toEqual(['verify', 'factors:read']);
    expect(caller?.clientId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('returns the key that a token is bound to, and null for a bearer token', () => {
    const jkt = '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I';
    expect(validated({ cnf: { jkt } })?.boundTo).toBe(jkt);
    expect(validated({})?.boundTo).toBeNull();
  });

  it('drops unknown scopes, and names of the prototype', () => {
    const scope = 'verify  admin __proto__ constructor verify:all VERIFY';
    expect([...(validated({ scope })?.caller.scopes ?? [])]).toEqual(['verify']);
  });

  it.each([
    ['5 s before its issue, as between two clocks', NOW_MS - 5_000, true],
    ['more than 5 s before', NOW_MS - 5_001, false],
    ['the last millisecond', NOW_MS + 299_999, true],
    ['its end', NOW_MS + 300_000, false],
  ])('validates the times: %s', (_name, nowMs, isGood) => {
    expect(validated({}, nowMs) !== null).toBe(isGood);
  });

  it.each<[string, object]>([
    ['another issuer', { iss: 'https://other.example' }],
    ['another audience', { aud: 'https://other.example' }],
    ['a list of audiences', { aud: [ISSUER] }],
    ['a subject that is not the client', { sub: 'cli_00000000000000000000000000' }],
    ['a client that is no id', { client_id: 'x', sub: 'x' }],
    ['a tenant that is no id', { tenant: CLIENT }],
    ['a longer life than we give', { exp: NOW + 301 }],
    ['an end before its issue', { exp: NOW - 1 }],
    ['a fraction of a second', { iat: NOW + 0.5 }],
    ['no time at all', { iat: undefined, exp: undefined }],
    ['an infinite time', { exp: Infinity }],
    ['times as text', { iat: String(NOW), exp: String(NOW + 300) }],
    ['a binding without a key', { cnf: {} }],
    ['a binding to nothing', { cnf: null }],
    ['a binding of another kind', { cnf: { 'x5t#S256': 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2' } }],
    ['a thumbprint of another length', { cnf: { jkt: 'x' } }],
    ['a scope as a list', { scope: ['verify'] }],
  ])('refuses %s', (_name, change) => {
    expect(validated(change)).toBeNull();
  });

  it.each([null, undefined, 'claims', 1, [], {}])('refuses %j', (claims) => {
    expect(validateClaims({ claims, issuer: ISSUER, nowMs: NOW_MS })).toBeNull();
  });
});
