// The bodies of opening, reading and answering a challenge.
import { z } from 'zod';
import { typeIdSchema } from '../contract/type-id.dto.js';
import { FactorCode } from '../factors/factor-code.dto.js';
import { FactorId } from '../factors/factor.dto.js';
import { FACTOR_TYPES } from '../factors/factor-method.js';
import { oneProof } from '../factors/proof.dto.js';
import { AssertionCredential } from '../factors/webauthn/credential.dto.js';
import { RequestOptions } from '../factors/webauthn/options.dto.js';
import { Action, Nonce } from '../users/assertions/assertion.dto.js';
import { BrowserToken, EndUser } from '../users/browsers/end-user.dto.js';
import { CHALLENGE_STATUSES } from './challenge.policy.js';
import { ChallengeContext } from './devices/context.dto.js';

const ID = 'chl_01kaqy4zq7e1kvf3xh2vbsrzq0';

export const ChallengeId = typeIdSchema('chl', { description: 'Id of a challenge.', example: ID });

const ChallengeType = z.enum(FACTOR_TYPES).meta({ description: 'The kind of factor to prove.' });

export const OpenChallenge = z
  .strictObject({
    type: ChallengeType,
    factorId: FactorId.optional().meta({
      description: 'The only factor that can answer. Default: any factor of the type.',
    }),
    action: Action.optional(),
    nonce: Nonce.optional(),
    context: ChallengeContext.optional(),
    endUser: EndUser.pick({ ip: true }).optional(),
  })
  .refine(({ type, context }) => context === undefined || type === 'device', {
    path: ['context'],
    error: 'is shown by devices only',
  })
  .meta({ examples: [{ type: 'totp', action: 'login' }] });

export const OpenedChallenge = z
  .object({
    id: z.string(),
    type: ChallengeType,
    status: z.literal('pending'),
    expiresAt: z.string(),
    matchCode: z
      .string()
      .optional()
      .meta({
        description:
          'Of type `device`: six digits that your page shows and the user types on the device. The device does ' +
          'not receive them.',
      }),
    publicKey: RequestOptions.optional().meta({
      description:
        'Of type `webauthn`, for the browser: pass it to `PublicKeyCredential.parseRequestOptionsFromJSON` ' +
        'and the result to `navigator.credentials.get({ publicKey })`.',
    }),
  })
  .meta({ examples: [{ id: ID, type: 'totp', status: 'pending', expiresAt: '2026-11-24T09:05:00.000Z' }] });

export const ShownChallenge = z
  .object({
    id: z.string(),
    type: ChallengeType,
    status: z.enum(CHALLENGE_STATUSES).meta({
      description: '`denied`: five wrong answers. Of type `device`: the user denied, or typed a wrong number.',
    }),
    expiresAt: z.string(),
    factorId: z
      .string()
      .optional()
      .meta({ description: 'Of an approved challenge of type `device`: the device that approved.' }),
    assertion: z
      .string()
      .optional()
      .meta({
        description:
          'Of type `device`: the assertion, until it expires. Each read returns an assertion with the same id, ' +
          'which can be spent once.',
      }),
  })
  .meta({ examples: [{ id: ID, type: 'totp', status: 'approved', expiresAt: '2026-11-24T09:05:00.000Z' }] });

export const ShowQuery = z.strictObject({
  wait: z
    .string()
    .regex(/^(?:[0-9]|1[0-9]|2[0-5])$/, 'must be a whole number from 0 to 25')
    .transform(Number)
    .default(0)
    .meta({
      description:
        'Of type `device`: seconds to wait for a decision, 0 to 25. The call returns as soon as there is one. ' +
        'Other types never wait.',
    }),
});

export const AnswerBody = z
  .strictObject({
    code: FactorCode.optional(),
    credential: AssertionCredential.optional(),
    endUser: EndUser.optional(),
  })
  .meta({ examples: [{ code: '123456' }] })
  .transform(({ endUser, ...given }, context) => ({ proof: oneProof(given, context), endUser }));

export const ResentChallenge = z
  .object({ id: z.string(), status: z.literal('pending'), expiresAt: z.string() })
  .meta({ examples: [{ id: ID, status: 'pending', expiresAt: '2026-11-24T09:05:00.000Z' }] });

export const AnsweredChallenge = z
  .object({
    id: z.string(),
    status: z.literal('approved'),
    factorId: z.string(),
    browserToken: BrowserToken,
    assertion: z.string().meta({
      description: 'The assertion: a signed JWT with the action and nonce of the challenge. Shown this once.',
    }),
  })
  .meta({
    examples: [
      {
        id: ID,
        status: 'approved',
        factorId: 'fac_01kaqy4zq7e1kvf3xh2vbsrzq0',
        assertion: 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ1c2VyLTEifQ.c2lnbmF0dXJl',
      },
    ],
  });

export type OpenChallenge = z.infer<typeof OpenChallenge>;
export type OpenedChallenge = z.infer<typeof OpenedChallenge>;
export type ShowQuery = z.infer<typeof ShowQuery>;
export type ShownChallenge = z.infer<typeof ShownChallenge>;
export type ResentChallenge = z.infer<typeof ResentChallenge>;
export type AnswerBody = z.infer<typeof AnswerBody>;
export type AnsweredChallenge = z.infer<typeof AnsweredChallenge>;
