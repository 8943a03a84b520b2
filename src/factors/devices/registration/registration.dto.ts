// The body of a device's registration.
import { z } from 'zod';
import { visibleText } from '../../../contract/visible-text.js';
import { isVersion, PLATFORMS } from '../apps/app-version.policy.js';

const ID = 'dev_01kaqy4zq7e1kvf3xh2vbsrzq0';

export const RegistrationBody = z
  .strictObject({
    ticket: z.string().max(64).meta({ description: 'From the QR code.' }),
    publicKey: z
      .looseObject({})
      .meta({ description: 'JWK (RFC 7517) of a P-256 or Ed25519 key, without its private part.' }),
    proof: z
      .string()
      .max(4_096)
      .meta({
        description:
          'Compact JWS by that key: header `typ` `device-registration+jwt`; claims `tenant`, `sub` (the registration), `aud` (the ' +
          'issuer), `nonce`, `ticket_hash` (base64url of the SHA-256 of the ticket).',
      }),
    name: visibleText(64).meta({ description: "The user's name for it." }),
    platform: z.enum(PLATFORMS),
    appVersion: z
      .string()
      .refine(isVersion, 'must be a version as 1.2.3')
      .meta({ description: 'Semantic Versioning 2.0.0.' }),
  })
  .meta({
    examples: [
      {
        ticket: 'drt_…',
        publicKey: { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
        proof: 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJkZXZfIn0.c2lnbmF0dXJl',
        name: "Ada's phone",
        platform: 'android',
        appVersion: '26.1.0',
      },
    ],
  });

export const RegisteredDevice = z
  .object({ deviceId: z.string(), status: z.literal('pending') })
  .meta({ examples: [{ deviceId: ID, status: 'pending' }] });

export type RegistrationBody = z.infer<typeof RegistrationBody>;
export type RegisteredDevice = z.infer<typeof RegisteredDevice>;
