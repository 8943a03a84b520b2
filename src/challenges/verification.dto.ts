import { z } from 'zod';
import { Action, Nonce } from '../users/assertions/assertion.dto.js';
import { BrowserToken, EndUser } from '../users/browsers/end-user.dto.js';
import { FactorCode } from '../factors/factor-code.dto.js';

export const VerifyBody = z
  .strictObject({ code: FactorCode, action: Action.optional(), nonce: Nonce.optional(), endUser: EndUser.optional() })
  .meta({ examples: [{ code: '123456', action: 'login' }] });

export const Verified = z
  .object({
    valid: z.literal(true),
    factorId: z.string(),
    browserToken: BrowserToken,
    assertion: z
      .string()
      .meta({ description: 'The assertion: a signed JWT (ES256, `mfa-assertion+jwt`). It can be spent once.' }),
  })
  .meta({
    examples: [
      {
        valid: true,
        factorId: 'fac_01kaqy4zq7e1kvf3xh2vbsrzq0',
        assertion: 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ1c2VyLTEifQ.c2lnbmF0dXJl',
      },
    ],
  });

export type VerifyBody = z.infer<typeof VerifyBody>;
export type Verified = z.infer<typeof Verified>;
