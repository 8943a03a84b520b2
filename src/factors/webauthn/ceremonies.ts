// Verifies responses of browsers, with the library and the rules of webauthn.policy.ts. Any fault gives null; no error
// of the library leaves this file. The checks before the signature depend on the request and the tenant's settings
// only, so their time reveals nothing of the user.
import type { AssertionCredential, RegistrationCredential } from './credential.dto.js';
import {
  ALGORITHMS,
  isOfTopLevelPage,
  isOfUsualSize,
  isWithoutCertificate,
  type RelyingParty,
} from './webauthn.policy.js';

// Loaded with the first passkey: loading the library takes as long as starting the rest of the service.
const library = () => import('@simplewebauthn/server');
const helpers = () => import('@simplewebauthn/server/helpers');

export interface Ceremony {
  readonly party: RelyingParty;
  /** The challenge that was signed, base64url. */
  readonly challenge: string;
}

/** The result of a registration. */
export interface Registered {
  readonly credentialId: Buffer;
  /** COSE_Key. */
  readonly publicKey: Buffer;
  readonly counter: number;
  readonly aaguid: string;
  readonly transports: readonly string[];
  readonly isBackupEligible: boolean;
  readonly isBackedUp: boolean;
}

/** The key that verifies a signature. */
export interface KnownKey {
  readonly publicKey: Uint8Array;
  readonly isBackupEligible: boolean;
}

export interface Signed {
  readonly counter: number;
  readonly isBackedUp: boolean;
}

/**
 * A dummy credential: the generator of P-256. Signatures of an unknown credential are verified with it, at the same
 * cost.
 */
export const DUMMY_KEY: KnownKey = {
  publicKey: Buffer.from(
    'a5010203262001' +
      '2158206b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296' +
      '2258204fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
    'hex',
  ),
  isBackupEligible: true,
};

export function verifyRegistration(credential: RegistrationCredential, ceremony: Ceremony): Promise<Registered | null> {
  return nullIfRefused(() => registered(credential, ceremony));
}

export function verifyAssertion(
  credential: AssertionCredential,
  ceremony: Ceremony,
  key: KnownKey,
): Promise<Signed | null> {
  return nullIfRefused(() => signed(credential, ceremony, key));
}

async function registered(
  credential: RegistrationCredential,
  { party, challenge }: Ceremony,
): Promise<Registered | null> {
  const { clientDataJSON, attestationObject, transports } = credential.response;
  const { decodeAttestationObject, decodeCredentialPublicKey, isoBase64URL } = await helpers();
  const { verifyRegistrationResponse } = await library();
  const attestation = decodeAttestationObject(isoBase64URL.toBuffer(attestationObject));
  if (!isWithoutCertificate(attestation.get('fmt'), attestation.get('attStmt') as unknown as Map<string, unknown>))
    return null;
  if (!isOfTopLevelPage(clientDataJSON)) return null;
  const { registrationInfo } = await verifyRegistrationResponse({
    response: forLibrary(credential, { clientDataJSON, attestationObject }),
    expectedChallenge: challenge,
    expectedOrigin: [...party.origins],
    expectedRPID: party.id,
    requireUserVerification: true,
    supportedAlgorithmIDs: ALGORITHMS,
  });
  if (!registrationInfo || registrationInfo.credential.id !== credential.id) return null;
  const { aaguid, credentialDeviceType, credentialBackedUp } = registrationInfo;
  const { publicKey, counter } = registrationInfo.credential;
  if (!isOfUsualSize(decodeCredentialPublicKey(publicKey) as unknown as Map<number, unknown>)) return null;
  return {
    credentialId: Buffer.from(credential.id, 'base64url'),
    publicKey: Buffer.from(publicKey),
    counter,
    aaguid,
    transports,
    isBackupEligible: credentialDeviceType === 'multiDevice',
    isBackedUp: credentialBackedUp,
  };
}

async function signed(
  credential: AssertionCredential,
  { party, challenge }: Ceremony,
  key: KnownKey,
): Promise<Signed | null> {
  const { clientDataJSON, authenticatorData, signature } = credential.response;
  if (!isOfTopLevelPage(clientDataJSON)) return null;
  const { verifyAuthenticationResponse } = await library();
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: forLibrary(credential, { clientDataJSON, authenticatorData, signature }),
    expectedChallenge: challenge,
    expectedOrigin: [...party.origins],
    expectedRPID: party.id,
    requireUserVerification: true,
    // The counter is compared in the attempt, where it is claimed. Here, two simultaneous answers would both pass.
    credential: { id: credential.id, publicKey: Uint8Array.from(key.publicKey), counter: 0 },
  });
  const { newCounter, credentialDeviceType, credentialBackedUp } = authenticationInfo;
  // WebAuthn L3 §7.2: the backup eligibility of a credential never changes. If it does, this is another key under the
  // same id.
  const isSameKind = (credentialDeviceType === 'multiDevice') === key.isBackupEligible;
  return verified && isSameKind ? { counter: newCounter, isBackedUp: credentialBackedUp } : null;
}

function forLibrary<Response>({ id, rawId, type }: RegistrationCredential | AssertionCredential, response: Response) {
  return { id, rawId, type, response, clientExtensionResults: {} };
}

async function nullIfRefused<Result>(verify: () => Promise<Result | null>): Promise<Result | null> {
  try {
    return await verify();
  } catch {
    return null;
  }
}
