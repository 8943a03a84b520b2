import { AssertionCredential, RegistrationCredential } from './credential.dto.js';
import { CreationOptions, RequestOptions } from './options.dto.js';
import {
  creationOptions,
  decoyLengths,
  isOfTopLevelPage,
  isOfUsualSize,
  isWithoutCertificate,
  requestOptions,
} from './webauthn.policy.js';

const party = { id: 'example.com', name: 'Example', origins: ['https://example.com'] };

describe('the options for a browser', () => {
  it('demand user verification and no attestation, in a registration', () => {
    const user = { id: 'aGFuZGxl', name: 'ada', displayName: 'ada' };
    const options = creationOptions({
      party,
      user,
      challenge: 'Y2hhbGxlbmdl',
      exclude: [
        { id: 'a25vd24', transports: ['usb'] },
        { id: 'b3RoZXI', transports: [] },
      ],
    });
    expect(options).toEqual(CreationOptions.parse(options));
    expect(options).toMatchObject({
      rp: { id: 'example.com', name: 'Example' },
      attestation: 'none',
      authenticatorSelection: { userVerification: 'required' },
      excludeCredentials: [
        { type: 'public-key', id: 'a25vd24', transports: ['usb'] },
        { type: 'public-key', id: 'b3RoZXI' },
      ],
    });
    expect(options.pubKeyCredParams.map(({ alg }) => alg)).toEqual([-7, -8, -257]);
  });

  it('demand it in an assertion too, and name no transports', () => {
    const options = requestOptions({ party, challenge: 'Y2hhbGxlbmdl', allow: ['a25vd24'] });
    expect(options).toEqual(RequestOptions.parse(options));
    expect(options.userVerification).toBe('required');
    expect(options.allowCredentials).toEqual([{ type: 'public-key', id: 'a25vd24' }]);
  });
});

describe('the response of a browser', () => {
  const clientData = (data: object) => Buffer.from(JSON.stringify(data)).toString('base64url');

  it('is refused out of a frame of another origin', () => {
    expect(isOfTopLevelPage(clientData({ crossOrigin: false }))).toBe(true);
    expect(isOfTopLevelPage(clientData({}))).toBe(true);
    expect(isOfTopLevelPage(clientData({ crossOrigin: true }))).toBe(false);
    expect(isOfTopLevelPage(clientData({ crossOrigin: false, topOrigin: 'https://evil.example' }))).toBe(false);
  });

  it.each(['packed', 'fido-u2f', 'tpm', 'android-key', 'android-safetynet', 'apple', 'none', 'compound'])(
    'is refused with a certificate, as attestation of the format %s',
    (format) => expect(isWithoutCertificate(format, new Map([['x5c', []]]))).toBe(false),
  );

  it('may be unattested, or attested by the new key itself', () => {
    expect(isWithoutCertificate('none', new Map())).toBe(true);
    expect(isWithoutCertificate('packed', new Map([['sig', Buffer.alloc(1)]]))).toBe(true);
    expect(isWithoutCertificate('apple', new Map())).toBe(false);
  });

  const rsa = (bits: number, exponent: string) =>
    new Map<number, unknown>([
      [1, 3],
      [3, -257],
      [-1, Buffer.alloc(bits / 8, 1)],
      [-2, Buffer.from(exponent, 'hex')],
    ]);

  it('is refused with an RSA key that is short, huge, or expensive to verify', () => {
    expect(isOfUsualSize(rsa(2_048, '010001'))).toBe(true);
    expect(isOfUsualSize(rsa(4_096, '010001'))).toBe(true);
    expect(isOfUsualSize(rsa(1_024, '010001'))).toBe(false);
    expect(isOfUsualSize(rsa(16_384, '010001'))).toBe(false);
    expect(isOfUsualSize(rsa(2_048, '01'))).toBe(false);
    expect(isOfUsualSize(rsa(2_048, 'ff'.repeat(256)))).toBe(false);
    expect(isOfUsualSize(new Map<number, unknown>([[1, 3]]))).toBe(false);
    expect(isOfUsualSize(new Map<number, unknown>([[1, 2]]))).toBe(true);
  });

  // As Chromium 140 writes it.
  const common = {
    id: 'aWQ',
    rawId: 'aWQ',
    type: 'public-key',
    clientExtensionResults: {},
    authenticatorAttachment: 'platform',
  };
  const registration = {
    ...common,
    response: {
      attestationObject: 'YQ',
      authenticatorData: 'YQ',
      clientDataJSON: 'YQ',
      publicKey: 'YQ',
      publicKeyAlgorithm: -7,
      transports: ['internal', 'hybrid'],
    },
  };
  const assertion = {
    ...common,
    response: { authenticatorData: 'YQ', clientDataJSON: 'YQ', signature: 'YQ', userHandle: 'YQ' },
  };

  it('is parsed as browsers write it', () => {
    expect(RegistrationCredential.parse(registration)).toEqual(registration);
    expect(AssertionCredential.parse(assertion)).toEqual(assertion);
    expect(AssertionCredential.safeParse({ ...assertion, authenticatorAttachment: null }).success).toBe(true);
  });

  it.each([
    ['a field that no browser sends', { ...assertion, admin: true }],
    ['one within the response', { ...assertion, response: { ...assertion.response, verified: true } }],
    ['another type', { ...assertion, type: 'password' }],
    ['what is not base64url', { ...assertion, id: 'a+b=' }],
    ['digits of another script', { ...assertion, id: 'YWJj\u0661' }],
    ['an id longer than 1,023 bytes', { ...assertion, id: 'a'.repeat(1_365) }],
    ['no signature', { ...assertion, response: { ...assertion.response, signature: undefined } }],
    ['a registration in its place', registration],
  ])('is malformed with %s', (_what, credential) =>
    expect(AssertionCredential.safeParse(credential).success).toBe(false),
  );
});

describe('decoy credential ids', () => {
  it('are mostly one and sometimes two, of lengths that authenticators have', () => {
    const drawn = Array.from({ length: 1_000 }, (_none, seed) =>
      decoyLengths(Uint8Array.of(seed, seed * 7, seed % 251), false),
    );
    const two = drawn.filter(({ length }) => length === 2).length;
    expect(drawn.every(({ length }) => length === 1 || length === 2)).toBe(true);
    expect(two).toBeGreaterThan(150);
    expect(two).toBeLessThan(250);
    expect([...new Set(drawn.flat())].sort((a, b) => a - b)).toEqual([16, 20, 32, 48, 64]);
  });

  it('are one if the challenge names one factor', () => {
    for (let byte = 0; byte < 256; byte += 1)
      expect(decoyLengths(Uint8Array.of(byte, byte, byte), true)).toHaveLength(1);
  });
});
