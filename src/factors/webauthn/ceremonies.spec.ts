// T-27, T-28. Registrations and assertions against the examples of the specification, and an authenticator that is
// wrong in one thing at a time. So each refusal here has that one cause.
import vectors from '../../../test/vectors/webauthn-level-3.json' with { type: 'json' };
import { encode, SoftwareAuthenticator, type Cbor, type Twist } from '../../../test/support/software-authenticator.js';
import { verifyAssertion, verifyRegistration, DUMMY_KEY, type KnownKey } from './ceremonies.js';

const party = { id: 'example.org', name: 'Example', origins: ['https://example.org', 'https://login.example.org'] };
const base64url = (hex: string) => Buffer.from(hex, 'hex').toString('base64url');

describe('the examples of Web Authentication Level 3', () => {
  const credential = (id: string) => ({
    id: base64url(id),
    rawId: base64url(id),
    type: 'public-key' as const,
    clientExtensionResults: {},
  });

  it.each(vectors.vectors)('are verified correctly: registration of $name, $registration.verdict', async (vector) => {
    const { challenge, clientDataJSON, attestationObject, verdict } = vector.registration;
    const response = {
      clientDataJSON: base64url(clientDataJSON),
      attestationObject: base64url(attestationObject),
      transports: [],
    };
    const ceremony = { party, challenge: base64url(challenge) };
    const made = await verifyRegistration({ ...credential(vector.credentialId), response }, ceremony);
    expect(made?.credentialId.toString('hex')).toBe(verdict === 'accepted' ? vector.credentialId : undefined);
  });

  it.each(vectors.vectors)('are verified correctly: assertion of $name, $authentication.verdict', async (vector) => {
    const { challenge, clientDataJSON, authenticatorData, signature, verdict } = vector.authentication;
    const response = {
      clientDataJSON: base64url(clientDataJSON),
      authenticatorData: base64url(authenticatorData),
      signature: base64url(signature),
    };
    const ceremony = { party, challenge: base64url(challenge) };
    const signed = await verifyAssertion({ ...credential(vector.credentialId), response }, ceremony, keyOf(vector));
    expect(signed === null ? 'refused' : 'accepted').toBe(verdict.split(':')[0]);
  });

  /** The COSE_Key is the last item of the attested data, and the authenticator data the last of the object. */
  function keyOf({ credentialId, registration }: (typeof vectors.vectors)[number]): KnownKey {
    const [, after = ''] = registration.attestationObject.split(credentialId);
    const flags = registration.attestationObject.split(RP_ID_HASH)[1] ?? '';
    return { publicKey: Buffer.from(after, 'hex'), isBackupEligible: (parseInt(flags.slice(0, 2), 16) & 0x08) !== 0 };
  }
});

const RP_ID_HASH = 'bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b5';
const challenge = Buffer.alloc(32, 7).toString('base64url');
const ceremony = { party, challenge };
const ask = { challenge, rp: { id: party.id } };
const question = { challenge, rpId: party.id };

const register = (authenticator: SoftwareAuthenticator, twist: Twist = {}) =>
  verifyRegistration(authenticator.create(ask, twist), ceremony);

describe('a registration', () => {
  it.each(['ES256', 'EdDSA', 'RS256'] as const)('with %s is accepted, and its key verifies', async (algorithm) => {
    const authenticator = new SoftwareAuthenticator('https://login.example.org', 5, algorithm);
    const made = await register(authenticator);
    expect(made).toMatchObject({ counter: 5, transports: ['internal'], isBackupEligible: false, isBackedUp: false });
    expect(made?.credentialId).toEqual(authenticator.id);
    const key = { publicKey: made?.publicKey ?? Buffer.alloc(0), isBackupEligible: false };
    expect(await verifyAssertion(authenticator.get(question), ceremony, key)).toEqual({
      counter: 6,
      isBackedUp: false,
    });
  });

  const ES384 = new Map<number, Cbor>([
    [1, 2],
    [3, -35],
    [-1, 2],
    [-2, Buffer.alloc(48)],
    [-3, Buffer.alloc(48)],
  ]);
  const SHORT_RSA = new Map<number, Cbor>([
    [1, 3],
    [3, -257],
    [-1, Buffer.alloc(128, 1)],
    [-2, Buffer.from([1, 0, 1])],
  ]);

  it.each<[string, Twist]>([
    ['on a page of another origin', { origin: 'https://example.org.evil.example' }],
    ['on a page below the domain that is not one of the tenant’s', { origin: 'https://blog.example.org' }],
    ['on the same host at another port', { origin: 'https://example.org:8443' }],
    ['in a frame of another origin', { crossOrigin: true }],
    ['under a page of another origin', { topOrigin: 'https://evil.example' }],
    ['for another RP ID', { rpId: 'evil.example' }],
    ['over another challenge', { challenge: Buffer.alloc(32, 8).toString('base64url') }],
    ['that is an assertion', { type: 'webauthn.get' }],
    ['without a present user', { isPresent: false }],
    ['without a verified user', { isVerified: false }],
    ['that is backed up and cannot be', { isBackedUp: true }],
    [
      'with a certificate',
      {
        format: 'packed',
        statement: new Map<string, Cbor>([
          ['alg', -7],
          ['sig', Buffer.alloc(70)],
          ['x5c', [Buffer.alloc(10)]],
        ]),
      },
    ],
    [
      'attested by itself with another signature',
      {
        format: 'packed',
        statement: new Map<string, Cbor>([
          ['alg', -7],
          ['sig', Buffer.alloc(70)],
        ]),
      },
    ],
    ['with a statement where none belongs', { statement: new Map([['x', 1]]) }],
    ['of an unknown format', { format: 'invented' }],
    ['with an algorithm that was not asked for', { key: ES384 }],
    ['with a short key', { key: SHORT_RSA }],
  ])('%s is refused', async (_what, twist) => {
    expect(await register(new SoftwareAuthenticator('https://example.org'), twist)).toBeNull();
  });

  it.each([
    ['not CBOR', Buffer.from('ff', 'hex')],
    ['a list', encode([1, 2])],
    ['nested a thousand deep', Buffer.concat([Buffer.alloc(1_000, 0x81), Buffer.from([0])])],
    [
      'without authenticator data',
      encode(
        new Map<string, Cbor>([
          ['fmt', 'none'],
          ['attStmt', new Map()],
        ]),
      ),
    ],
  ])('with an attestation object that is %s is refused', async (_what, bytes) => {
    const { response, ...rest } = new SoftwareAuthenticator('https://example.org').create(ask);
    const broken = { ...rest, response: { ...response, attestationObject: bytes.toString('base64url') } };
    expect(await verifyRegistration(broken, ceremony)).toBeNull();
  });

  it('under another id than the authenticator’s is refused', async () => {
    const credential = new SoftwareAuthenticator('https://example.org').create(ask);
    const id = Buffer.from('another').toString('base64url');
    expect(await verifyRegistration({ ...credential, id, rawId: id }, ceremony)).toBeNull();
  });
});

describe('an assertion', () => {
  let authenticator: SoftwareAuthenticator;
  let key: KnownKey;

  beforeAll(async () => {
    authenticator = new SoftwareAuthenticator('https://example.org');
    const made = await register(authenticator, { isBackupEligible: true, isBackedUp: true });
    if (!made) throw new Error('not registered');
    key = made;
  });

  const verified = (twist: Twist = {}, against = key) =>
    verifyAssertion(authenticator.get(question, { isBackupEligible: true, ...twist }), ceremony, against);

  it('returns the counter, and whether the key now has a copy', async () => {
    expect(await verified({ counter: 9, isBackedUp: true })).toEqual({ counter: 9, isBackedUp: true });
    expect(await verified({ counter: 0 })).toEqual({ counter: 0, isBackedUp: false });
  });

  it.each<[string, Twist]>([
    ['on a page of another origin', { origin: 'https://example.org.evil.example' }],
    ['in a frame of another origin', { crossOrigin: true }],
    ['under a page of another origin', { topOrigin: 'https://evil.example' }],
    ['for another RP ID', { rpId: 'evil.example' }],
    ['over another challenge', { challenge: Buffer.alloc(32, 8).toString('base64url') }],
    ['that is a registration', { type: 'webauthn.create' }],
    ['without a present user', { isPresent: false }],
    ['without a verified user', { isVerified: false }],
    ['of a key that could be backed up and now cannot', { isBackupEligible: false }],
  ])('%s is refused', async (_what, twist) => expect(await verified(twist)).toBeNull());

  it('of another key under its id is refused', async () => {
    const other = await register(new SoftwareAuthenticator('https://example.org'), { isBackupEligible: true });
    expect(await verified({}, other ?? undefined)).toBeNull();
    expect(await verified({}, DUMMY_KEY)).toBeNull();
  });

  it('with one bit of signature or data changed is refused', async () => {
    const credential = authenticator.get(question, { isBackupEligible: true });
    const flipped = (text: string) => {
      const bytes = Buffer.from(text, 'base64url');
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      return bytes.toString('base64url');
    };
    for (const field of ['signature', 'authenticatorData'] as const) {
      const response = { ...credential.response, [field]: flipped(credential.response[field]) };
      expect(await verifyAssertion({ ...credential, response }, ceremony, key)).toBeNull();
    }
    expect(await verifyAssertion(credential, ceremony, key)).not.toBeNull();
  });

  it.each(['', 'e30', 'bm90IEpTT04', 'bnVsbA'])('with client data that are %j is refused', async (clientDataJSON) => {
    const credential = authenticator.get(question, { isBackupEligible: true });
    expect(
      await verifyAssertion({ ...credential, response: { ...credential.response, clientDataJSON } }, ceremony, key),
    ).toBeNull();
  });
});
