// T-06. The attacker holds JWTs of this service, keys of their own, and may write any header.
import { generateKeyPairSync } from 'node:crypto';
import { CompactSign } from 'jose';
import { IssuedJwts } from './issued-jwts.js';
import type { SigningKeys } from './signing-keys.js';

const TYP = 'test+jwt';
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const keys = {
  signer: () => ({ kid: 'a', privateKey }),
  publicKey: (kid: string) => (kid === 'a' ? publicKey : undefined),
};
const jwts = new IssuedJwts(keys as unknown as SigningKeys);

const CLAIMS = { sub: 'ada' };
const payload = Buffer.from(JSON.stringify(CLAIMS));
const byJose = (header: object, key = privateKey) =>
  new CompactSign(payload).setProtectedHeader({ alg: 'ES256', typ: TYP, kid: 'a', ...header }).sign(key);

describe('a JWT of this service', () => {
  it('is read again, also when another library signed it', async () => {
    expect(jwts.read(TYP, jwts.sign(TYP, CLAIMS))).toEqual(CLAIMS);
    expect(jwts.read(TYP, await byJose({}))).toEqual(CLAIMS);
  });

  it.each([
    ['another type', { typ: 'at+jwt' }],
    ['no type', { typ: undefined }],
    ['an unknown key', { kid: 'b' }],
    ['no key', { kid: undefined }],
    ['a place to fetch the key', { jku: 'https://example.com/jwks.json' }],
    ['a key of its own', { jwk: publicKey.export({ format: 'jwk' }) }],
    ['a content type', { cty: 'JWT' }],
  ])('is refused with %s in its header, although the signature is right', async (_name, header) => {
    expect(jwts.read(TYP, await byJose(header))).toBeNull();
  });

  it('is refused with a critical header', async () => {
    const sign = new CompactSign(payload).setProtectedHeader({
      alg: 'ES256',
      typ: TYP,
      kid: 'a',
      crit: ['b64'],
      b64: true,
    });
    expect(jwts.read(TYP, await sign.sign(privateKey))).toBeNull();
  });

  it('is refused with the signature of another key, no signature, or one by the public key as a secret', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    expect(jwts.read(TYP, await byJose({}, other))).toBeNull();
    const [header = '', claims = ''] = jwts.sign(TYP, CLAIMS).split('.');
    expect(jwts.read(TYP, `${header}.${claims}.`)).toBeNull();
    expect(jwts.read(TYP, `${header}.${claims}.${'A'.repeat(86)}`)).toBeNull();
    const pem = Buffer.from(publicKey.export({ format: 'pem', type: 'spki' }));
    const hs256 = new CompactSign(payload).setProtectedHeader({ alg: 'HS256', typ: TYP, kid: 'a' });
    expect(jwts.read(TYP, await hs256.sign(pem))).toBeNull();
  });
});
