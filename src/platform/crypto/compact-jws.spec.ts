import { generateKeyPairSync, sign } from 'node:crypto';
import { compactVerify } from 'jose';
import { isSignedBy, MAX_JWS_LENGTH, readJws, signJws } from './compact-jws.js';
import { readHolderKey, type HolderKey } from './public-jwk.js';

const encoded = (text: string) => Buffer.from(text).toString('base64url');
const signature = 'A'.repeat(86);
const text = (header: string, claims = '{}', signed = signature) => `${encoded(header)}.${encoded(claims)}.${signed}`;

function holder(pair: { publicKey: { export(options: { format: 'jwk' }): object } }): HolderKey {
  const key = readHolderKey(pair.publicKey.export({ format: 'jwk' }));
  if (!key) throw new Error('the key was not read');
  return key;
}

// T-06. The text is the attacker's.
describe('readJws', () => {
  it('decodes header and claims, and verifies neither', () => {
    expect(readJws(text('{"alg":"none","jku":"x"}', '{"a":1}'))).toMatchObject({
      header: { alg: 'none', jku: 'x' },
      claims: { a: 1 },
    });
  });

  it.each([
    ['nothing', ''],
    ['two parts', `${encoded('{}')}.${encoded('{}')}`],
    ['four parts', `${text('{}')}.x`],
    ['an empty signature', text('{}', '{}', '')],
    ['a signature of 63 bytes', text('{}', '{}', 'A'.repeat(84))],
    ['a DER signature', text('{}', '{}', Buffer.alloc(70, 1).toString('base64url'))],
    ['padding', `${text('{}')}=`],
    ['ordinary base64', text('{}', '{}', `${'+'.repeat(85)}w`)],
    ['bits behind the end of the signature', text('{}', '{}', `${'A'.repeat(85)}B`)],
    ['a header that is a list', text('[]')],
    ['claims that are null', text('{}', 'null')],
    ['claims that are no JSON', text('{}', '{')],
    ['a byte order mark', text('\ufeff{}')],
    [
      'bytes that are no text',
      `${Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url')}.${encoded('{}')}.${signature}`,
    ],
    ['two joined by a comma', `${text('{}')}, ${text('{}')}`],
    ['more than is looked at', text('{}', JSON.stringify({ x: 'x'.repeat(MAX_JWS_LENGTH) }))],
  ])('refuses %s', (_name, jws) => {
    expect(readJws(jws)).toBeNull();
  });
});

describe('isSignedBy', () => {
  const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ed25519 = generateKeyPairSync('ed25519');
  const signed = (header: object, kind: 'ES256' | 'EdDSA') => {
    const input = `${encoded(JSON.stringify(header))}.${encoded('{}')}`;
    const bytes =
      kind === 'ES256'
        ? sign('sha256', Buffer.from(input), { key: p256.privateKey, dsaEncoding: 'ieee-p1363' })
        : sign(null, Buffer.from(input), ed25519.privateKey);
    const jws = readJws(`${input}.${bytes.toString('base64url')}`);
    if (!jws) throw new Error('the signature was not read');
    return jws;
  };

  it('accepts the signature of either kind of key', () => {
    expect(isSignedBy(signed({ alg: 'ES256' }, 'ES256'), holder(p256))).toBe(true);
    expect(isSignedBy(signed({ alg: 'EdDSA' }, 'EdDSA'), holder(ed25519))).toBe(true);
  });

  it.each(['none', 'HS256', 'ES384', 'EdDSA', 'es256', undefined, null, ['ES256']])(
    'refuses a right signature under the algorithm %j: the key decides',
    (alg) => {
      expect(isSignedBy(signed({ alg }, 'ES256'), holder(p256))).toBe(false);
    },
  );

  it('refuses the signature of another key, and that over another text', () => {
    const other = holder(generateKeyPairSync('ec', { namedCurve: 'P-256' }));
    const jws = signed({ alg: 'ES256' }, 'ES256');
    expect(isSignedBy(jws, other)).toBe(false);
    expect(isSignedBy({ ...jws, signedText: `${jws.signedText}x` }, holder(p256))).toBe(false);
    expect(isSignedBy({ ...jws, signature: Buffer.alloc(64) }, holder(p256))).toBe(false);
  });
});

describe('signJws', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jws = signJws({ typ: 'x+jwt', kid: 'a' }, { sub: 'ä', absent: undefined }, privateKey);

  it('signs so that an independent library verifies it', async () => {
    const { payload, protectedHeader } = await compactVerify(jws, publicKey, { algorithms: ['ES256'] });
    expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'x+jwt', kid: 'a' });
    expect(JSON.parse(new TextDecoder().decode(payload))).toEqual({ sub: 'ä' });
  });

  it('signs what this module reads and verifies', () => {
    const read = readJws(jws);
    expect(read?.claims).toEqual({ sub: 'ä' });
    expect(read && isSignedBy(read, { alg: 'ES256', publicKey })).toBe(true);
    expect(read && isSignedBy(read, { alg: 'EdDSA', publicKey })).toBe(false);
  });
});
