import { z } from 'zod';
import { OneTimeCode } from '../factors/totp/totp.dto.js';

export const VerifyBody = z.strictObject({ code: OneTimeCode }).meta({ examples: [{ code: '123456' }] });

export const Verified = z.object({ valid: z.literal(true), factorId: z.string() });

export type VerifyBody = z.infer<typeof VerifyBody>;
export type Verified = z.infer<typeof Verified>;
