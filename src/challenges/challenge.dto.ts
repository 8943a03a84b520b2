// Opening a challenge, looking at it, answering it.
import { z } from 'zod';
import { FactorCode } from '../factors/factor-code.dto.js';
import { FactorId } from '../factors/factor.dto.js';
import { FACTOR_TYPES } from '../factors/factor-method.js';
import { oneProof } from '../factors/proof.dto.js';
import { AssertionCredential } from '../factors/webauthn/credential.dto.js';
import { RequestOptions } from '../factors/webauthn/options.dto.js';
import { Action, Nonce } from '../users/assertions/assertion.dto.js';
import { BrowserToken, EndUser } from '../users/browsers/end-user.dto.js';
import { CHALLENGE_STATUSES } from './challenge.policy.js';

const ID = 'chl_01kaqy4zq7e1kvf3xh2vbsrzq0';

export const ChallengeId = z
  .string()
  .regex(/^chl_[0-7][0-9a-hjkmnp-tv-z]{25}$/)
  .meta({ description: 'Id of a challenge.', examples: [ID] });

const ChallengeType = z.enum(FACTOR_TYPES).meta({ description: 'The kind of factor that is to be proven.' });

export const OpenChallenge = z
  .strictObject({
    type: ChallengeType,
    factorId: FactorId.optional().meta({ description: 'The only factor that may answer. Default: any of the type.' }),
    action: Action.optional(),
    nonce: Nonce.optional(),
    endUser: EndUser.pick({ ip: true }).optional(),
  })
  .meta({ examples: [{ type: 'totp', action: 'login' }] });

export const OpenedChallenge = z
  .object({
    id: z.string(),
    type: ChallengeType,
    status: z.literal('pending'),
    expiresAt: z.string(),
    publicKey: RequestOptions.optional().meta({
      description:
        'Of type `webauthn`, for the browser: ' +
        '`navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(…) })`.',
    }),
  })
  .meta({ examples: [{ id: ID, type: 'totp', status: 'pending', expiresAt: '2026-11-24T09:05:00.000Z' }] });

export const ShownChallenge = z
  .object({
    id: z.string(),
    type: ChallengeType,
    status: z.enum(CHALLENGE_STATUSES).meta({ description: '`denied`: five answers, none of them right.' }),
    expiresAt: z.string(),
  })
  .meta({ examples: [{ id: ID, type: 'totp', status: 'approved', expiresAt: '2026-11-24T09:05:00.000Z' }] });

export const AnswerBody = z
  .strictObject({
    code: FactorCode.optional(),
    credential: AssertionCredential.optional(),
    endUser: EndUser.optional(),
  })
  .meta({ examples: [{ code: '123456' }] })
  .transform(({ endUser, ...given }, context) => ({ proof: oneProof(given, context), endUser }));

export const AnsweredChallenge = z
  .object({
    id: z.string(),
    status: z.literal('approved'),
    factorId: z.string(),
    browserToken: BrowserToken,
    assertion: z.string().meta({
      description: 'What was proven, with the action and nonce of the challenge, as a signed JWT. Shown this once.',
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
export type ShownChallenge = z.infer<typeof ShownChallenge>;
export type AnswerBody = z.infer<typeof AnswerBody>;
export type AnsweredChallenge = z.infer<typeof AnsweredChallenge>;
