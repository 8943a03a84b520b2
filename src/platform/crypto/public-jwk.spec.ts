import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { newHolderKey, readHolderKey } from './public-jwk.js';

const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
const { publicKey, privateKey } = ec('P-256');
const good = publicKey.export({ format: 'jwk' });
const edwards = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
const point = (hex: string) => ({ ...edwards, x: Buffer.from(hex, 'hex').toString('base64url') });

// T-06. The key is the attacker's own text.
describe('readHolderKey', () => {
  it('has the thumbprint of RFC 7638 §3.1 as RFC 8037 appendix A.3 computes it for Ed25519', () => {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
    expect(readHolderKey(jwk)?.thumbprint).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
  });

  it('keeps the required members and drops the rest, so that the thumbprint names the key alone', () => {
    const read = readHolderKey({
      ...good,
      kid: 'mine',
      use: 'sig',
      alg: 'ES256',
      key_ops: ['verify'],
      x5c: ['x'],
      ext: true,
    });
    expect(read?.jwk).toEqual({ kty: 'EC', crv: 'P-256', x: good.x, y: good.y });
    expect(read?.thumbprint).toBe(readHolderKey(good)?.thumbprint);
    expect(read?.alg).toBe('ES256');
  });

  it('reads the public half of a key that it made, and not the private one', () => {
    const { key, privateJwk } = newHolderKey();
    expect(readHolderKey(key.jwk)?.thumbprint).toBe(key.thumbprint);
    expect(privateJwk).toMatchObject({ kid: key.thumbprint, alg: 'ES256', use: 'sig' });
    expect(readHolderKey(privateJwk)).toBeNull();
  });

  it.each<[string, unknown]>([
    ['a private key', privateKey.export({ format: 'jwk' })],
    ['an empty private part', { ...good, d: '' }],
    ['a private part of another kind of key', { ...good, k: 'x' }],
    ['a point that is not on the curve', { ...good, y: good.x }],
    ['the point at infinity', { ...good, x: 'A'.repeat(43), y: 'A'.repeat(43) }],
    ['a coordinate beyond the field', { ...good, x: `${'_'.repeat(42)}8` }],
    ['a coordinate with padding', { ...good, x: `${good.x}=` }],
    ['a coordinate that is too short', { ...good, x: good.x?.slice(1) }],
    ['a coordinate with bits behind its end', { ...good, x: `${good.x?.slice(0, -1)}B` }],
    ['no second coordinate', { ...good, y: undefined }],
    ['another curve', ec('P-384').publicKey.export({ format: 'jwk' })],
    ['a curve that is not for signatures here', { ...edwards, crv: 'X25519' }],
    ['a curve of the other kind', { ...good, crv: 'Ed25519' }],
    ['an RSA key', generateKeyPairSync('rsa', { modulusLength: 1_024 }).publicKey.export({ format: 'jwk' })],
    ['a symmetric key', { kty: 'oct', k: 'c2VjcmV0' }],
    ['a key for encryption', { ...good, use: 'enc' }],
    ['a key that may not verify', { ...good, key_ops: ['sign'] }],
    ['a key for another algorithm', { ...good, alg: 'ES384' }],
    ['text', JSON.stringify(good)],
    ['a list', [good]],
    ['nothing', null],
  ])('refuses %s', (_name, jwk) => {
    expect(readHolderKey(jwk)).toBeNull();
  });

  it.each([
    '00'.repeat(32),
    `01${'00'.repeat(31)}`,
    `01${'00'.repeat(30)}80`,
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    `ec${'ff'.repeat(31)}`,
    `ed${'ff'.repeat(30)}7f`,
    `ee${'ff'.repeat(30)}7f`,
  ])('refuses the point of small order %s, under which one signature fits many messages', (hex) => {
    expect(readHolderKey(point(hex) as JsonWebKey)).toBeNull();
  });
});
