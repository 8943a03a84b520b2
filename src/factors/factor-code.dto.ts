import { z } from 'zod';
import { RecoveryCode } from './recovery-codes/recovery-codes.dto.js';
import { OneTimeCode } from './totp/totp.dto.js';

// The form of every method's code; no two share one. A new kind of factor whose proof is typed adds its own here.
export const FactorCode = z
  .union([OneTimeCode, RecoveryCode], { error: 'must be 6 or 8 ASCII digits, or a recovery code of four groups' })
  .meta({ description: 'A one-time code or a recovery code.', examples: ['123456'] });
