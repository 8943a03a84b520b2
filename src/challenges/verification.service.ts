// The hot path: two statements and one commit. Loads what the code is judged against, judges it, and lets one statement
// claim the step or count the failure. An unknown user takes the same way over a decoy.
import { Injectable } from '@nestjs/common';
import type { Call } from '../contract/caller.js';
import { TotpSecrets } from '../factors/totp/totp-secrets.js';
import { TotpRepository } from '../factors/totp/totp.repository.js';
import { toTypeId } from '../platform/crypto/type-id.js';
import { Problem } from '../platform/errors/problem.js';
import { attemptStatement } from '../users/attempt.statement.js';
import { Attempts } from '../users/attempts.js';
import { Decoys } from '../users/decoys.js';
import type { Verified } from './verification.dto.js';

const VERIFY = attemptStatement({
  name: 'verify',
  effect: 'verify',
  missed: 'replayed_code',
  approved: 'verification.approved',
  refused: 'verification.refused',
});

@Injectable()
export class VerificationService {
  constructor(
    private readonly factors: TotpRepository,
    private readonly secrets: TotpSecrets,
    private readonly attempts: Attempts,
    private readonly decoys: Decoys,
  ) {}

  /** @throws Problem `verification_refused`, always the same, whatever was wrong. */
  async verify(call: Call, userId: string, code: string): Promise<Verified> {
    const rows = await this.factors.active(call.tenantId, userId, this.decoys.for(call.tenantId, userId));
    const { subject, step } = this.secrets.match(rows, code);
    const reason = await this.attempts.judge(VERIFY, { call, userId, subject, step });
    if (reason !== null) throw new Problem('verification_refused');
    return { valid: true, factorId: toTypeId('fac', subject.factorId) };
  }
}
