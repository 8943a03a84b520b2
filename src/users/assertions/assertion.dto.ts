import { z } from 'zod';
import { isStepUpAction, STEP_UP_ACTIONS } from '../../contract/step-up.js';

/** The action of an assertion: the client's own name for a transaction, or a factor change. */
export const Action = z
  .string()
  .regex(/^[a-z][a-z0-9._-]{0,63}$/, 'must be a lower-case word of at most 64 characters')
  .refine((action) => !action.startsWith('factors.') || isStepUpAction(action), 'is not a known factor change')
  .meta({
    description: `Copied to the assertion. ${Object.keys(STEP_UP_ACTIONS)
      .map((action) => `\`${action}\``)
      .join(' and ')} make an assertion for the header \`Step-Up\`.`,
    examples: ['login'],
  });

/** A random value of the application: binds an assertion to one attempt of one session. */
export const Nonce = z
  .string()
  .regex(/^[A-Za-z0-9._~-]{16,128}$/, 'must be 16 to 128 characters of A–Z a–z 0–9 . _ ~ -')
  .meta({
    description: 'Copied to the assertion. Use a new random value for each sign-in.',
    examples: ['n-0S6_WzA2MjRk7Qm'],
  });

export const Assertion = z
  .string()
  .regex(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/, 'must be a compact JWS')
  .max(4_096)
  .meta({ examples: ['eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ1c2VyLTEifQ.c2lnbmF0dXJl'] });

export const SpendBody = z
  .strictObject({ assertion: Assertion })
  .meta({ examples: [{ assertion: 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ1c2VyLTEifQ.c2lnbmF0dXJl' }] });

export const SpentAssertion = z
  .object({
    valid: z.literal(true),
    userId: z.string(),
    factorId: z.string(),
    action: z.string().optional(),
    nonce: z.string().optional(),
  })
  .meta({
    examples: [{ valid: true, userId: 'user-1', factorId: 'fac_01kaqy4zq7e1kvf3xh2vbsrzq0', action: 'login' }],
  });

export type SpendBody = z.infer<typeof SpendBody>;
export type SpentAssertion = z.infer<typeof SpentAssertion>;
