import { z } from 'zod';
import { FactorId } from '../factor.dto.js';
import { OTPAUTH_NAME } from './totp.policy.js';

const Name = z.string().regex(OTPAUTH_NAME, 'must be 1 to 64 characters without a colon or control characters');

export const EnrolTotp = z
  .strictObject({
    issuer: Name.optional().meta({
      description: "Shown in the authenticator. Default: the tenant's name.",
      examples: ['Example'],
    }),
    accountName: Name.optional().meta({
      description: 'Shown in the authenticator. Default: the user id.',
      examples: ['ada'],
    }),
    algorithm: z
      .enum(['SHA1', 'SHA256', 'SHA512'])
      .default('SHA1')
      .meta({ description: 'Every authenticator supports SHA1.' }),
    digits: z.union([z.literal(6), z.literal(8)]).default(6),
    period: z.int().min(15).max(60).default(30).meta({ description: 'Seconds of a time step.' }),
    replaces: FactorId.optional().meta({
      description: 'An active factor of the user that is removed when this one is confirmed.',
    }),
  })
  .meta({ examples: [{ issuer: 'Example', accountName: 'ada' }] });

export const TotpEnrolment = z
  .object({
    id: z.string(),
    type: z.literal('totp'),
    status: z.literal('pending'),
    secret: z.string().meta({ description: 'Base32 without padding. Shown this once.' }),
    otpauthUri: z.string(),
    qrCode: z.string().meta({ description: '`otpauthUri` as an SVG data URI.' }),
    expiresAt: z.string().meta({ description: 'When the pending factor expires, RFC 3339 UTC.' }),
  })
  .meta({
    examples: [
      {
        id: 'fac_01kaqy4zq7e1kvf3xh2vbsrzq0',
        type: 'totp',
        status: 'pending',
        secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
        otpauthUri: 'otpauth://totp/Example:ada?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example',
        qrCode: 'data:image/svg+xml;base64,PHN2Zy8+',
        expiresAt: '2026-11-23T09:10:00.000Z',
      },
    ],
  });

/** ASCII digits only. Any other text is refused before a look-up or a count. */
export const OneTimeCode = z
  .string()
  .regex(/^(?:[0-9]{6}|[0-9]{8})$/, 'must be 6 or 8 ASCII digits')
  .meta({ examples: ['123456'] });

export type EnrolTotp = z.infer<typeof EnrolTotp>;
export type TotpEnrolment = z.infer<typeof TotpEnrolment>;
