// Recovery codes as a factor method: look-up secrets (SP 800-63B-4 §3.1.2), each used once, with a budget of their own.
import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/database.js';
import { NO_STEP } from '../../users/attempts/attempt.statement.js';
import { Decoys } from '../../users/decoys.js';
import {
  codeIn,
  type Consumable,
  type FactorMethod,
  type Match,
  type PresentedProof,
  type Proof,
} from '../factor-method.js';
import { RecoveryCodeHashes } from './recovery-code-hashes.js';
import { canonicalCode, RECOVERY_CODE } from './recovery-codes.policy.js';
import { START_RECOVERY, VERIFY_RECOVERY_CODE } from './recovery-codes-attempts.statement.js';
import { RecoveryCodesRepository } from './recovery-codes.repository.js';

/** An unused code has the value -1 in the user's claims. This value claims it. */
const USED = 0;

@Injectable()
export class RecoveryCodesMethod implements FactorMethod, Consumable {
  readonly type = 'recovery_codes';
  // RFC 8176 §2 has no value for look-up secrets. `otp` fits, since they are passwords for one use (`kba` is about
  // questions). `acr` and `factor_type` tell them from authenticator codes.
  readonly amr = ['otp'];
  readonly acr = 'urn:countersign:acr:recovery-code';
  readonly allowsStepUp = false;
  readonly standsAlone = false;
  readonly attempt = VERIFY_RECOVERY_CODE;
  /** As `attempt`, for a code that starts a recovery. The recovery is a value of the attempt. */
  readonly recovery = START_RECOVERY;

  constructor(
    private readonly codes: RecoveryCodesRepository,
    private readonly hashes: RecoveryCodeHashes,
    private readonly decoys: Decoys,
  ) {}

  recognizes(proof: Proof): boolean {
    return typeof proof === 'string' && RECOVERY_CODE.test(proof);
  }

  /** One query and one hash, for every user. */
  async match({ tenantId, userId, proof, factorId: wanted = null }: PresentedProof): Promise<Match> {
    const code = canonicalCode(codeIn(proof));
    const {
      factor_id: factorId,
      id,
      hash,
    } = await this.codes.candidate({ tenantId, userId, factorId: wanted }, code.selector);
    if (factorId === null || id === null || hash === null) {
      await this.hashes.spend(code, { tenantId, userId });
      const own = factorId === null ? null : { tenantId, userId, factorId, isDecoy: false };
      return { subject: own ?? { ...this.decoys.for(tenantId, userId), isDecoy: true }, step: NO_STEP };
    }
    const isRight = await this.hashes.matches(hash, code, { tenantId, userId, codeId: id });
    return { subject: { tenantId, userId, factorId, codeId: id, isDecoy: false }, step: isRight ? USED : NO_STEP };
  }

  remaining(tenantId: string, factorId: string): Promise<number> {
    return this.codes.remaining(tenantId, factorId);
  }

  codeIds(transaction: Transaction, tenantId: string, factorId: string): Promise<string[]> {
    return this.codes.codeIds(transaction, tenantId, factorId);
  }
}
