// The list of forged tokens. A new entry is tried on every route (route-matrix).
import {
  es256,
  goodClaims,
  goodHeader,
  hs256,
  jws,
  publicPem,
  strangerKey,
  type Json,
  type ServiceKey,
  type Victim,
} from './forge.js';

export interface ForgerKnows {
  readonly key: ServiceKey;
  readonly victim: Victim;
  readonly nowMs: number;
}

/** A valid token made by the forger: the control, which shows that each near miss differs in one thing only. */
export function flawlessToken({ key, victim, nowMs }: ForgerKnows): string {
  return jws(goodHeader(key), goodClaims(victim, nowMs), es256(key.privateKey));
}

/** Name of the forgery → token. */
export function forgeries(knows: ForgerKnows): Readonly<Record<string, string>> {
  return { ...malformed(knows), ...ofHeaders(knows), ...ofKeys(knows), ...ofClaims(knows), ...ofTimes(knows) };
}

function malformed(knows: ForgerKnows): Record<string, string> {
  const good = flawlessToken(knows);
  const [header = '', claims = '', signature = ''] = good.split('.');
  const unsigned = `${header}.${claims}.`;
  const bytes = Buffer.from(signature, 'base64url');
  const der = Buffer.concat([Buffer.from([0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00])]);
  return {
    garbage: 'garbage',
    'three dots': '...',
    'no signature': unsigned,
    'signature cut off': `${header}.${claims}`,
    'signature of one byte less': unsigned + bytes.subarray(0, 63).toString('base64url'),
    'signature of one byte more': unsigned + Buffer.concat([bytes, Buffer.alloc(1)]).toString('base64url'),
    // CVE-2022-21449: r = s = 0 satisfied a verifier that did not check the range.
    'signature r = s = 0': unsigned + Buffer.alloc(64).toString('base64url'),
    'signature r = s = 0 as DER': unsigned + der.toString('base64url'),
    'signature r = s = order': unsigned + Buffer.from(ORDER + ORDER, 'hex').toString('base64url'),
    'signature of another token': unsigned + Buffer.from(bytes).reverse().toString('base64url'),
    'a fourth part': `${good}.x`,
    'a changed claim': `${header}.${Buffer.from('{}').toString('base64url')}.${signature}`,
    'a JSON serialization': Buffer.from(JSON.stringify({ protected: header, payload: claims, signature })).toString(),
    'too long': jws(
      goodHeader(knows.key),
      { ...goodClaims(knows.victim, knows.nowMs), x: 'x'.repeat(5_000) },
      es256(knows.key.privateKey),
    ),
    'header that is no JSON': jws('{', goodClaims(knows.victim, knows.nowMs), es256(knows.key.privateKey)),
    'header that is an array': jws('[]', goodClaims(knows.victim, knows.nowMs), es256(knows.key.privateKey)),
    'claims that are no object': jws(goodHeader(knows.key), '"at"', es256(knows.key.privateKey)),
    'claims that are null': jws(goodHeader(knows.key), 'null', es256(knows.key.privateKey)),
  };
}

// The order of P-256.
const ORDER = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';

/** Signed by the service's own key: only the header is wrong. */
function ofHeaders({ key, victim, nowMs }: ForgerKnows): Record<string, string> {
  const claims = goodClaims(victim, nowMs);
  const good = goodHeader(key);
  const headers: Record<string, Json | string> = {
    'no typ': { alg: 'ES256', kid: key.kid },
    'typ JWT': { ...good, typ: 'JWT' },
    'typ of an assertion': { ...good, typ: 'mfa-assertion+jwt' },
    'typ of a DPoP proof': { ...good, typ: 'dpop+jwt' },
    'typ as a list': { ...good, typ: ['at+jwt'] },
    'no kid': { alg: 'ES256', typ: 'at+jwt' },
    'unknown kid': { ...good, kid: `${key.kid.slice(0, -1)}_` },
    'empty kid': { ...good, kid: '' },
    'kid as a path': { ...good, kid: `../../${key.kid}` },
    'kid as a file': { ...good, kid: '/dev/null' },
    'kid with a NUL byte': { ...good, kid: `${key.kid}\0` },
    'kid as SQL': { ...good, kid: `${key.kid}' OR '1'='1` },
    'kid of the prototype': { ...good, kid: '__proto__' },
    'kid as a list': { ...good, kid: [key.kid] },
    'unknown crit': { ...good, crit: ['exp'], exp: 1 },
    'crit b64': { ...good, crit: ['b64'], b64: false },
    'empty crit': { ...good, crit: [] },
    'alg none, signed': { ...good, alg: 'none' },
    'alg ES384, signed': { ...good, alg: 'ES384' },
    'alg es256 in lower case': { ...good, alg: 'es256' },
    'alg repeated': `{"alg":"ES256","typ":"at+jwt","kid":"${key.kid}","alg":"none"}`,
  };
  return Object.fromEntries(
    Object.entries(headers).map(([name, header]) => [name, jws(header, claims, es256(key.privateKey))]),
  );
}

/** Signed by another key than the service's, with a header that points to that key. */
function ofKeys({ key, victim, nowMs }: ForgerKnows): Record<string, string> {
  const claims = goodClaims(victim, nowMs);
  const good = goodHeader(key);
  const { privateKey, jwk } = strangerKey();
  const bySelf = es256(privateKey);
  const nothing = () => Buffer.alloc(0);
  const pem = publicPem(key);
  const jwkText = JSON.stringify(key.jwk);
  const named = { ...good, alg: 'HS256' };
  return {
    'key of another service': jws(good, claims, bySelf),
    'key in jwk': jws({ ...good, jwk }, claims, bySelf),
    'key in jwk, its own kid': jws({ ...good, kid: 'mine', jwk: { ...jwk, kid: 'mine' } }, claims, bySelf),
    'key at jku': jws({ ...good, jku: 'http://127.0.0.1:9/keys' }, claims, bySelf),
    'key at x5u': jws({ ...good, x5u: 'http://127.0.0.1:9/cert' }, claims, bySelf),
    'key in x5c': jws({ ...good, x5c: ['MIIB'] }, claims, bySelf),
    'alg none': jws({ ...good, alg: 'none' }, claims, nothing),
    'alg nOnE': jws({ ...good, alg: 'nOnE' }, claims, nothing),
    'alg ES256, no signature bytes': jws(good, claims, nothing),
    'HS256 with the public PEM': jws(named, claims, hs256(pem)),
    'HS256 with the public PEM, trimmed': jws(named, claims, hs256(pem.trim())),
    'HS256 with the public JWK': jws(named, claims, hs256(jwkText)),
    'HS256 with the kid': jws(named, claims, hs256(key.kid)),
    'HS256 with nothing': jws(named, claims, hs256('')),
    'HMAC under the name ES256': jws(good, claims, hs256(pem)),
  };
}

/** Signed by the service's own key, over claims that differ from our access tokens. */
function ofClaims({ key, victim, nowMs }: ForgerKnows): Record<string, string> {
  const good = goodClaims(victim, nowMs);
  const changes: Record<string, Json> = {
    'aud of another service': { aud: 'https://other.example' },
    'aud as a list': { aud: ['https://other.example', victim.issuer] },
    'aud with a slash more': { aud: `${victim.issuer}/` },
    'iss of another service': { iss: 'https://other.example' },
    'iss with a slash more': { iss: `${victim.issuer}/` },
    'sub of another client': { sub: 'cli_00000000000000000000000000' },
    'client that is no id': { client_id: 'admin', sub: 'admin' },
    'tenant that is no id': { tenant: '*' },
    'tenant as an object': { tenant: { $ne: null } },
    'scope as a list': { scope: victim.scope.split(' ') },
    'exp as text': { exp: String(good['exp']) },
    'exp as a fraction': { exp: Number(good['exp']) - 0.5 },
  };
  const without = Object.keys(good).map((name) => {
    const rest = Object.fromEntries(Object.entries(good).filter(([other]) => other !== name));
    return [`no ${name}`, rest] as const;
  });
  const text = JSON.stringify(good);
  const texts = {
    'exp of infinity': text.replace(/"exp":\d+/, '"exp":1e400'),
    'iss repeated': text.replace(/}$/, ',"iss":"https://other.example"}'),
    'exp repeated': text.replace(/}$/, `,"exp":${Number(good['iat']) - 1}}`),
  };
  const changed = Object.entries(changes).map(([name, change]) => [name, { ...good, ...change }] as const);
  const all: (readonly [string, Json | string])[] = [...changed, ...without, ...Object.entries(texts)];
  return Object.fromEntries(all.map(([name, claims]) => [name, jws(goodHeader(key), claims, es256(key.privateKey))]));
}

function ofTimes({ key, victim, nowMs }: ForgerKnows): Record<string, string> {
  const at = (shiftSeconds: number) => goodClaims(victim, nowMs + shiftSeconds * 1_000);
  const good = at(0);
  const times: Record<string, Json> = {
    'expired a second ago': at(-301),
    'expired now': at(-300),
    'issued in ten seconds': at(10),
    'issued tomorrow': at(86_400),
    'a second longer than we issue': { ...good, exp: Number(good['exp']) + 1 },
    'of a year': { ...good, exp: Number(good['exp']) + 31_536_000 },
    'exp before iat': { ...good, exp: Number(good['iat']) - 1 },
    'not before tomorrow': { ...good, nbf: Number(good['iat']) + 86_400 },
  };
  return Object.fromEntries(
    Object.entries(times).map(([name, claims]) => [name, jws(goodHeader(key), claims, es256(key.privateKey))]),
  );
}
