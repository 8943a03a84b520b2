// The challenges that a device lists, and its decisions.
import { z } from 'zod';
import { SixDigits } from '../../contract/six-digits.dto.js';
import { DECISIONS } from '../../factors/devices/proofs/device-jws.policy.js';
import { ChallengeContext } from './context.dto.js';

const ID = 'chl_01kaqy4zq7e1kvf3xh2vbsrzq0';

export const WaitingChallenges = z
  .object({
    data: z.array(
      z.object({
        id: z.string(),
        action: z.string().optional(),
        context: ChallengeContext.optional(),
        expiresAt: z.string(),
      }),
    ),
  })
  .meta({
    examples: [
      {
        data: [
          {
            id: ID,
            action: 'payment',
            context: {
              text: 'Pay the invoice 4711',
              amount: { value: '120.00', currency: 'EUR' },
              origin: 'shop.example',
            },
            expiresAt: '2026-11-24T09:05:00.000Z',
          },
        ],
      },
    ],
  });

export const DecisionBody = z
  .strictObject({
    decision: z.enum(DECISIONS),
    matchCode: SixDigits.optional().meta({ description: 'The number that the user typed. Of an approval only.' }),
    signature: z
      .string()
      .max(4_096)
      .meta({
        description:
          'Compact JWS by the key of the device. Header: `typ` is `device-decision+jwt`. Claims: `aud` (the ' +
          'issuer), `sub` (the device), `challenge` and `decision`; if present also `action`, `match_code` and ' +
          '`context_hash`. `context_hash` is the base64url SHA-256 of the context as canonical JSON (RFC 8785). ' +
          'Other claims are refused.',
      }),
  })
  .refine(({ decision, matchCode }) => (decision === 'approve') === (matchCode !== undefined), {
    path: ['matchCode'],
    error: 'is allowed in an approval only',
  })
  .meta({
    examples: [
      { decision: 'approve', matchCode: '123456', signature: 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJkZXZfIn0.c2lnbmF0dXJl' },
    ],
  });

export const DecidedChallenge = z
  .object({ id: z.string(), status: z.enum(['approved', 'denied']) })
  .meta({ examples: [{ id: ID, status: 'approved' }] });

export type WaitingChallenges = z.infer<typeof WaitingChallenges>;
export type DecisionBody = z.infer<typeof DecisionBody>;
export type DecidedChallenge = z.infer<typeof DecidedChallenge>;
