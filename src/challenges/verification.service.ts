// The hot path: two statements and one commit. Loads what the code is judged against, judges it, and lets one statement
// claim the step or count the failure. An unknown user takes the same way over a decoy.
import { Injectable } from '@nestjs/common';
import type { Call } from '../contract/caller.js';
import { Proofs } from './proofs.js';
import type { Verified, VerifyBody } from './verification.dto.js';

@Injectable()
export class VerificationService {
  constructor(private readonly proofs: Proofs) {}

  /** @throws Problem `verification_refused`, always the same, whatever was wrong. */
  async verify(call: Call, userId: string, { code, endUser, ...binding }: VerifyBody): Promise<Verified> {
    return { valid: true, ...(await this.proofs.judge(call, { userId, proof: code, binding, endUser })) };
  }
}
