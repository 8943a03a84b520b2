// A browser and an authenticator together, written from WebAuthn Level 3 (§6.1, §6.5, §7), independent of the library
// under test. It follows the standard; a `Twist` makes it deviate.
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

export interface Twist {
  readonly origin?: string;
  readonly rpId?: string;
  readonly type?: string;
  readonly challenge?: string;
  readonly crossOrigin?: boolean;
  readonly topOrigin?: string;
  readonly isPresent?: boolean;
  readonly isVerified?: boolean;
  readonly isBackupEligible?: boolean;
  readonly isBackedUp?: boolean;
  readonly counter?: number;
  readonly userHandle?: string;
  readonly format?: string;
  /** Of the attestation statement. */
  readonly statement?: Cbor;
  readonly key?: Cbor;
}

interface Options {
  readonly challenge: string;
  readonly rpId: string;
}

/** Numbers, bytes, texts and maps of them. */
export type Cbor = number | string | Buffer | readonly Cbor[] | ReadonlyMap<number | string, Cbor>;

const ALGORITHMS = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2_048 }),
};

const FLAGS = { isPresent: 0x01, isVerified: 0x04, isBackupEligible: 0x08, isBackedUp: 0x10 };

export class SoftwareAuthenticator {
  readonly id = randomBytes(32);
  private readonly privateKey: KeyObject;
  readonly publicKey: ReadonlyMap<number, Cbor>;

  constructor(
    private readonly origin: string,
    /** The counter of the next signature; 0 for an authenticator without one. */
    public counter = 1,
    algorithm: keyof typeof ALGORITHMS = 'ES256',
  ) {
    const pair = ALGORITHMS[algorithm]();
    this.privateKey = pair.privateKey;
    this.publicKey = coseKey(pair.publicKey);
  }

  create({ challenge, rp }: { challenge: string; rp: { id: string } }, twist: Twist = {}) {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.id.length);
    const key = encode(twist.key ?? this.publicKey);
    const attested = Buffer.concat([Buffer.alloc(16), length, this.id, key]);
    const authData = Buffer.concat([this.data(twist.rpId ?? rp.id, twist, 0x40), attested]);
    const attestation = new Map<string, Cbor>([
      ['fmt', twist.format ?? 'none'],
      ['attStmt', twist.statement ?? new Map()],
      ['authData', authData],
    ]);
    return this.credential({
      clientDataJSON: this.clientData({ challenge, rpId: rp.id }, { type: 'webauthn.create', ...twist }),
      attestationObject: encode(attestation).toString('base64url'),
      transports: ['internal'],
    });
  }

  get(options: Options, twist: Twist = {}) {
    const clientDataJSON = this.clientData(options, { type: 'webauthn.get', ...twist });
    const authenticatorData = this.data(twist.rpId ?? options.rpId, twist);
    const signed = Buffer.concat([authenticatorData, sha256(Buffer.from(clientDataJSON, 'base64url'))]);
    const isEdwards = this.privateKey.asymmetricKeyType === 'ed25519';
    return this.credential({
      clientDataJSON,
      authenticatorData: authenticatorData.toString('base64url'),
      signature: sign(isEdwards ? null : 'sha256', signed, this.privateKey).toString('base64url'),
      ...(twist.userHandle === undefined ? {} : { userHandle: twist.userHandle }),
    });
  }

  private credential<Response>(response: Response) {
    const id = this.id.toString('base64url');
    return { id, rawId: id, type: 'public-key' as const, response, clientExtensionResults: {} };
  }

  private clientData({ challenge }: Options, twist: Twist): string {
    const { type, origin = this.origin, crossOrigin = false, topOrigin } = twist;
    const data = { type, challenge: twist.challenge ?? challenge, origin, crossOrigin, topOrigin };
    return Buffer.from(JSON.stringify(data)).toString('base64url');
  }

  private data(rpId: string, twist: Twist, more = 0): Buffer {
    const said = { isPresent: true, isVerified: true, isBackupEligible: false, isBackedUp: false, ...twist };
    const names = Object.keys(FLAGS) as (keyof typeof FLAGS)[];
    const flags = names.reduce((sum, name) => sum | (said[name] ? FLAGS[name] : 0), more);
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(twist.counter ?? this.counter);
    if (twist.counter === undefined && this.counter > 0) this.counter += 1;
    return Buffer.concat([sha256(Buffer.from(rpId)), Buffer.from([flags]), counter]);
  }
}

function sha256(data: Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}

/** RFC 9053 §7. */
function coseKey(key: KeyObject): ReadonlyMap<number, Cbor> {
  const jwk = key.export({ format: 'jwk' });
  const bytes = (text: string | undefined) => Buffer.from(text ?? '', 'base64url');
  if (jwk.kty === 'EC')
    return new Map<number, Cbor>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, bytes(jwk.x)],
      [-3, bytes(jwk.y)],
    ]);
  if (jwk.kty === 'OKP')
    return new Map<number, Cbor>([
      [1, 1],
      [3, -8],
      [-1, 6],
      [-2, bytes(jwk.x)],
    ]);
  return new Map<number, Cbor>([
    [1, 3],
    [3, -257],
    [-1, bytes(jwk.n)],
    [-2, bytes(jwk.e)],
  ]);
}

/** RFC 8949, only the part that an attestation object needs. */
export function encode(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  if (value instanceof Map) {
    const pairs = [...(value as ReadonlyMap<number | string, Cbor>)].flatMap(([name, item]) => [
      encode(name),
      encode(item),
    ]);
    return Buffer.concat([head(5, value.size), ...pairs]);
  }
  const items = value as readonly Cbor[];
  return Buffer.concat([head(4, items.length), ...items.map(encode)]);
}

function head(major: number, argument: number): Buffer {
  if (argument < 24) return Buffer.from([(major << 5) | argument]);
  if (argument < 256) return Buffer.from([(major << 5) | 24, argument]);
  return Buffer.from([(major << 5) | 25, argument >> 8, argument & 0xff]);
}
