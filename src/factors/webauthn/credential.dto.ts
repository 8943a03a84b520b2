// The `PublicKeyCredential.toJSON()` of a browser, for registrations and assertions (WebAuthn L3 §5.1). Copies of
// signed values that browsers add are accepted and ignored.
import { z } from 'zod';

const base64url = (longest: number) =>
  z
    .string()
    .max(longest)
    .regex(/^[A-Za-z0-9_-]+$/, 'must be base64url');

// WebAuthn L3 §4: a credential ID has at most 1,023 bytes.
const CredentialId = base64url(1_364);
const ClientData = base64url(4_096);
const AuthenticatorData = base64url(4_096);
/** Transports of an authenticator. New ones may appear. */
const Transport = z.string().regex(/^[a-z-]{1,32}$/, 'must be a short lower-case word');

const common = {
  id: CredentialId,
  rawId: CredentialId,
  type: z.literal('public-key'),
  clientExtensionResults: z.record(z.string(), z.unknown()).default({}),
  authenticatorAttachment: z.enum(['platform', 'cross-platform']).nullish(),
};

export const RegistrationCredential = z
  .strictObject({
    ...common,
    response: z.strictObject({
      clientDataJSON: ClientData,
      attestationObject: base64url(8_192),
      transports: z.array(Transport).max(8).default([]),
      authenticatorData: AuthenticatorData.optional(),
      publicKey: base64url(2_048).nullish(),
      publicKeyAlgorithm: z.int().optional(),
    }),
  })
  .meta({ description: 'The result of `navigator.credentials.create()`, as `toJSON()` returns it.' });

export const AssertionCredential = z
  .strictObject({
    ...common,
    response: z.strictObject({
      clientDataJSON: ClientData,
      authenticatorData: AuthenticatorData,
      signature: base64url(1_024),
      // WebAuthn L3 §4: a user handle has at most 64 bytes.
      userHandle: base64url(88).nullish(),
    }),
  })
  .meta({ description: 'The result of `navigator.credentials.get()`, as `toJSON()` returns it.' });

export type RegistrationCredential = z.infer<typeof RegistrationCredential>;
export type AssertionCredential = z.infer<typeof AssertionCredential>;

export function isAssertion(
  credential: RegistrationCredential | AssertionCredential,
): credential is AssertionCredential {
  return 'signature' in credential.response;
}
