// Recovery codes as a factor method: look-up secrets (SP 800-63B-4 §3.1.2), each used once, with a budget of their own.
import { Injectable } from '@nestjs/common';
import { eventDetails, FROM_CLIENT, insertEvents, NEW_EVENT_ID } from '../../audit/audit-event.statement.js';
import type { Transaction } from '../../platform/database/database.js';
import { NO_STEP, type AttemptKind } from '../../users/attempts/attempt.statement.js';
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
import { canonicalCode, FEW_CODES, RECOVERY_CODE } from './recovery-codes.policy.js';
import { RecoveryCodesRepository } from './recovery-codes.repository.js';

/** An unused code stands in the user's claims as -1; this is what claims it. */
const USED = 0;

const FEW_LEFT = `few_left AS (
      ${insertEvents({
        action: 'factor.recovery_codes_low',
        tenantId: ':caller_tenant::uuid',
        id: NEW_EVENT_ID,
        ...FROM_CLIENT,
        userId: ':named_user::text',
        targetId: ':factor::uuid',
        details: eventDetails({ factorType: "'recovery_codes'" }),
        from: 'FROM judged',
      })}
      WHERE last_refusal IS NULL AND ${FEW_CODES} >= (
        SELECT count(*) FROM recovery_codes AS code
        WHERE code.tenant_id = :tenant::uuid AND code.factor_id = :factor::uuid AND judged.claims ->> code.id::text = '-1'))`;

const VERIFY: AttemptKind = {
  name: 'verify_recovery_code',
  budget: 'recovery_codes',
  effect: 'verify',
  wrong: 'wrong_code',
  missed: 'replayed_code',
  approved: 'verification.approved',
  refused: 'verification.refused',
  extraCtes: FEW_LEFT,
};

// The same code, as the beginning of a recovery.
const RECOVER: AttemptKind = {
  ...VERIFY,
  name: 'recover',
  effect: 'recover',
  approved: 'recovery.begun',
  refused: 'recovery.refused',
};

@Injectable()
export class RecoveryCodesMethod implements FactorMethod, Consumable {
  readonly type = 'recovery_codes';
  // RFC 8176 §2 has no value for look-up secrets. `otp` is what they are, passwords for one time (`kba` is about questions);
  // `acr` and `factor_type` tell them from an authenticator's codes.
  readonly amr = ['otp'];
  readonly acr = 'urn:countersign:acr:recovery-code';
  readonly allowsStepUp = false;
  readonly standsAlone = false;
  readonly attempt = VERIFY;
  /** As `attempt`, for a code that starts a recovery. The recovery is a value of the attempt. */
  readonly recovery = RECOVER;

  constructor(
    private readonly codes: RecoveryCodesRepository,
    private readonly hashes: RecoveryCodeHashes,
    private readonly decoys: Decoys,
  ) {}

  recognizes(proof: Proof): boolean {
    return typeof proof === 'string' && RECOVERY_CODE.test(proof);
  }

  /** One query and one hash, whoever asks for whom. */
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
