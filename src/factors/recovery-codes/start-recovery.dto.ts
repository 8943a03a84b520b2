// A recovery is started by a code of the user, or by a reset that an administrator requests.
import { z } from 'zod';
import { RecoveryCode } from './recovery-codes.dto.js';

// One line of text. Characters that change the writing direction could show the approver another sentence than was
// stored.
const STATED_REASON = /^(?=.*\S)[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]{1,200}$/u;

export const BeginByCode = z.strictObject({ code: RecoveryCode });

export const BeginByReset = z.strictObject({
  reason: z.string().regex(STATED_REASON, 'must be one line of 1 to 200 characters').meta({
    description: 'For the client that approves. It stays in the audit log, so it must hold no personal data.',
  }),
});

export const BeginRecovery = z
  .union([BeginByReset, BeginByCode], { error: 'must hold either a recovery code or a reason' })
  .meta({ examples: [{ reason: 'Lost phone; identity checked at the service desk.' }] });

export type BeginRecovery = z.infer<typeof BeginRecovery>;
