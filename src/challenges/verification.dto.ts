import { z } from 'zod';
import { OneTimeCode } from '../factors/totp/totp.dto.js';

export const VerifyBody = z.strictObject({ code: OneTimeCode }).meta({ examples: [{ code: '123456' }] });

export const Verified = z
  .object({ valid: z.literal(true), factorId: z.string() })
  .meta({ examples: [{ valid: true, factorId: 'fac_01kaqy4zq7e1kvf3xh2vbsrzq0' }] });

export type VerifyBody = z.infer<typeof VerifyBody>;
export type Verified = z.infer<typeof Verified>;
