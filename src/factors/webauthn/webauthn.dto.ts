import { z } from 'zod';
import { FactorId } from '../factor.dto.js';
import { CreationOptions } from './options.dto.js';

export const EnrolWebAuthn = z
  .strictObject({
    displayName: z
      .string()
      .regex(/^(?! )[^\p{C}]{1,64}(?<! )$/u, 'must be 1 to 64 characters without control characters')
      .optional()
      .meta({ description: 'Shown by the authenticator. Default: the user id.', examples: ['ada'] }),
    replaces: FactorId.optional().meta({
      description: 'An active factor of the user that is removed when this one is confirmed.',
    }),
  })
  .meta({ examples: [{ displayName: 'ada' }] });

export const WebAuthnEnrolment = z
  .object({
    id: z.string(),
    type: z.literal('webauthn'),
    status: z.literal('pending'),
    publicKey: CreationOptions.meta({
      description:
        'For the browser: `navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(…) })`.',
    }),
    expiresAt: z.string().meta({ description: 'When the pending factor expires, RFC 3339 UTC.' }),
  })
  .meta({
    examples: [
      {
        id: 'fac_01kaqy4zq7e1kvf3xh2vbsrzq0',
        type: 'webauthn',
        status: 'pending',
        publicKey: {
          rp: { id: 'example.com', name: 'Example' },
          user: { id: 'cGFzc2tleS11c2VyLWhhbmRsZS1vZi0zMi1ieXRlcy4', name: 'ada', displayName: 'ada' },
          challenge: 'bm90LWEtcmVhbC1jaGFsbGVuZ2Utb2YtMzItYnl0ZXM',
          pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
          timeout: 600_000,
          excludeCredentials: [],
          authenticatorSelection: { residentKey: 'preferred', requireResidentKey: false, userVerification: 'required' },
          attestation: 'none',
        },
        expiresAt: '2026-11-23T09:10:00.000Z',
      },
    ],
  });

export type EnrolWebAuthn = z.infer<typeof EnrolWebAuthn>;
export type WebAuthnEnrolment = z.infer<typeof WebAuthnEnrolment>;
