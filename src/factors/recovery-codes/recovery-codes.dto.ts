import { z } from 'zod';
import { CODES_IN_A_SET, RECOVERY_CODE } from './recovery-codes.policy.js';

/** Any other form is refused before a look-up, a hash or a count. */
export const RecoveryCode = z
  .string()
  .regex(RECOVERY_CODE, 'must be a recovery code of four groups')
  .meta({ examples: ['7K2M-9QXT-04VB-HZ3D'] });

const EXAMPLES = Array.from({ length: CODES_IN_A_SET }, (_none, number) => `7K${number}M-9QXT-04VB-HZ3D`);

export const RecoveryCodes = z
  .object({
    id: z.string(),
    type: z.literal('recovery_codes'),
    codes: z.array(z.string()).meta({ description: 'Each counts once. Shown this once.' }),
  })
  .meta({ examples: [{ id: 'fac_01kaqy4zq7e1kvf3xh2vbsrzq0', type: 'recovery_codes', codes: EXAMPLES }] });

export type RecoveryCodes = z.infer<typeof RecoveryCodes>;
