/**
 * The rules of WebAuthn Level 3 as this service applies them, besides those of the library. The options for browsers,
 * the accepted client data, attestations and keys, and the decoys of a user without a credential. Pure.
 */
import type { CreationOptions, RequestOptions } from './options.dto.js';

/** The tenant as authenticators see it. */
export interface RelyingParty {
  /** RP ID: the domain that credentials are bound to. */
  readonly id: string;
  readonly name: string;
  /** The origins of its pages. A signature made for another origin is refused. */
  readonly origins: readonly string[];
}

/** A credential of the user. */
export interface Descriptor {
  /** Base64url. */
  readonly id: string;
  readonly transports?: readonly string[];
}

// IANA COSE Algorithms: ES256, EdDSA (Ed25519) and RS256, which every platform can do one of (WebAuthn L3 §5.4: in order of preference).
export const ALGORITHMS = [-7, -8, -257];
/** Milliseconds that a browser asks its user: the lifetime of a pending factor, and of a challenge. */
const REGISTRATION_MS = 600_000;
const ASSERTION_MS = 300_000;

/** Options for `navigator.credentials.create()`. All binary values are base64url. */
export function creationOptions(facts: {
  party: RelyingParty;
  user: CreationOptions['user'];
  challenge: string;
  exclude: readonly Descriptor[];
}): CreationOptions {
  const { party, user, challenge, exclude } = facts;
  return {
    rp: { id: party.id, name: party.name },
    user,
    challenge,
    pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
    timeout: REGISTRATION_MS,
    excludeCredentials: exclude.map(descriptor),
    // SP 800-63B-4 §3.1.7: with user verification it is a multi-factor authenticator. Without, a thief of the key could
    // use it.
    authenticatorSelection: { residentKey: 'preferred', requireResidentKey: false, userVerification: 'required' },
    attestation: 'none',
  };
}

/** Options for `navigator.credentials.get()`. */
export function requestOptions(facts: {
  party: RelyingParty;
  challenge: string;
  allow: readonly string[];
}): RequestOptions {
  const { party, challenge, allow } = facts;
  const allowCredentials = allow.map((id) => descriptor({ id }));
  return { rpId: party.id, challenge, timeout: ASSERTION_MS, allowCredentials, userVerification: 'required' };
}

function descriptor({ id, transports }: Descriptor): CreationOptions['excludeCredentials'][number] {
  return { type: 'public-key', id, ...(transports?.length ? { transports: [...transports] } : {}) };
}

/**
 * WebAuthn L3 §7.1 and §7.2: false for client data (base64url) of a page in a frame of another origin.
 * SECURITY(T-27): clickjacking. In such a frame the attacker's page surrounds the tenant's, and the user's gesture was
 * meant for the attacker's.
 */
export function isOfTopLevelPage(clientDataJSON: string): boolean {
  const data = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8')) as Record<string, unknown>;
  return data['crossOrigin'] !== true && data['topOrigin'] === undefined;
}

/**
 * WebAuthn L3 §5.4.7: without a request for attestation, an authenticator sends none or signs with the new key itself.
 * SECURITY(T-28): a certificate names revocation URLs that a verifier calls. With one, an attacker could send this
 * service's requests to any address.
 */
export function isWithoutCertificate(format: string, statement: ReadonlyMap<string, unknown>): boolean {
  return format === 'none' ? statement.size === 0 : format === 'packed' && !statement.has('x5c');
}

// COSE_Key labels of an RSA key (RFC 8230 §4).
const KTY = 1;
const KTY_RSA = 3;
const RSA_N = -1;
const RSA_E = -2;

/**
 * SECURITY(T-28): an RSA key has 2,048 to 4,096 bits and the exponent 65537. A shorter one can be factored. A long one
 * with a long exponent costs the verifier seconds. Keys on curves have one size.
 */
export function isOfUsualSize(key: ReadonlyMap<number, unknown>): boolean {
  if (key.get(KTY) !== KTY_RSA) return true;
  const [modulus, exponent] = [key.get(RSA_N), key.get(RSA_E)];
  if (!(modulus instanceof Uint8Array) || !(exponent instanceof Uint8Array)) return false;
  return modulus.length >= 256 && modulus.length <= 512 && Buffer.from(exponent).toString('hex') === '010001';
}

// Bytes of credential IDs of common authenticators: phones and password managers 16 and 20, Windows Hello 32, security
// keys 48 and 64. The shares are a guess; what matters is that a user always gets the same.
const LENGTHS = [16, 16, 16, 20, 20, 32, 32, 48, 64, 64];
/** Of ten users with a credential, this many are assumed to have two. */
const HAVE_TWO = 2;

/**
 * Number and length of the credential IDs for a user without one, drawn from three bytes of a keyed hash. With
 * `isNamed` the challenge names one factor, so there is one.
 */
export function decoyLengths(seed: Uint8Array, isNamed: boolean): number[] {
  const [first = 0, second = 0, third = 0] = seed;
  const count = !isNamed && third % 10 < HAVE_TWO ? 2 : 1;
  return [first, second].slice(0, count).map((byte) => LENGTHS[byte % LENGTHS.length] ?? 16);
}
