// Makes recovery codes for a user who proves an active factor, and voids earlier ones.
import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../audit/audit-log.js';
import type { Call } from '../../contract/caller.js';
import { Clock } from '../../platform/clock/clock.js';
import { newUuid, toTypeId } from '../../platform/crypto/type-id.js';
import { StepUp } from '../../users/assertions/step-up.js';
import { RecoveryCodeHashes } from './recovery-code-hashes.js';
import type { RecoveryCodes } from './recovery-codes.dto.js';
import { newRecoveryCodes, shownCode, type CanonicalCode } from './recovery-codes.policy.js';
import { RecoveryCodesRepository, type CodeRow } from './recovery-codes.repository.js';

@Injectable()
export class RecoveryCodesService {
  constructor(
    private readonly stepUp: StepUp,
    private readonly codes: RecoveryCodesRepository,
    private readonly hashes: RecoveryCodeHashes,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /**
   * The step-up proves another active factor, so that codes are neither the first factor nor the last.
   * @throws Problem `step_up_required`, also for a user who was never enrolled; `service_unavailable`, and nothing
   * changed.
   */
  async generate(call: Call, userId: string, assertion: string | undefined): Promise<RecoveryCodes> {
    const { tenantId } = call;
    const set = newRecoveryCodes();
    const id = newUuid(this.clock);
    let codes: CodeRow[] = [];
    const prepare = async () => {
      codes = await this.rowsOf(set, { tenantId, userId });
    };
    const demand = { userId, action: 'factors.regenerate', assertion, prepare } as const;
    await this.stepUp.guard(call, demand, async (transaction) => {
      await this.codes.replace(transaction, { tenantId, userId, id, createdAt: this.clock.now(), codes });
      const entry = { tenantId, action: 'factor.recovery_codes_generated', userId, targetId: id } as const;
      await this.audit.record(transaction, { ...entry, details: { factorType: 'recovery_codes' }, actor: call });
    });
    return { id: toTypeId('fac', id), type: 'recovery_codes', codes: set.map(shownCode) };
  }

  /** Takes about a third of a second. One hash after the other: a set takes one of the tenant's places, not ten. */
  private async rowsOf(set: readonly CanonicalCode[], owner: { tenantId: string; userId: string }): Promise<CodeRow[]> {
    const rows: CodeRow[] = [];
    for (const code of set) {
      const id = newUuid(this.clock);
      rows.push({ id, selector: code.selector, hash: await this.hashes.hash(code, { ...owner, codeId: id }) });
    }
    return rows;
  }
}
