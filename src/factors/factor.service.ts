// Removes factors of any kind.
import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import type { Call } from '../contract/caller.js';
import { Database, type Transaction } from '../platform/database/database.js';
import { Problem } from '../platform/errors/problem.js';
import { StepUp } from '../users/assertions/step-up.js';
import { isConsumable, type FactorType } from './factor-method.js';
import { FactorMethods } from './factor-methods.js';
import { FactorRepository, type FactorKey, type FactorStatus } from './factor.repository.js';

interface Removal {
  /** Null if the text is not an id. */
  readonly id: string | null;
  /** The only kind that can be removed. */
  readonly type?: FactorType;
  /** The header `Step-Up`. */
  readonly assertion: string | undefined;
}

interface Doomed extends FactorKey {
  readonly type: FactorType;
  readonly status: FactorStatus;
}

@Injectable()
export class FactorService {
  constructor(
    private readonly factors: FactorRepository,
    private readonly methods: FactorMethods,
    private readonly stepUp: StepUp,
    private readonly database: Database,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Removes a pending factor, or with a step-up an active one. With the last factor that stands alone, all others are
   * removed too.
   * @throws Problem `not_found` for an unknown or foreign factor, `step_up_required` for an active one.
   */
  async remove(call: Call, userId: string, { id, type, assertion }: Removal): Promise<void> {
    const owner = { tenantId: call.tenantId, userId };
    const kind = id === null ? null : await this.factors.kindOf({ ...owner, id });
    if (id === null || kind === null || (type ?? kind.type) !== kind.type) throw new Problem('not_found');
    const doomed = { ...owner, id, ...kind };
    if (kind.status === 'pending') {
      await this.database.inTransaction((transaction) => this.drop(transaction, call, doomed));
      return;
    }
    await this.stepUp.guard(call, { userId, action: 'factors.remove', assertion }, async (transaction) => {
      await this.drop(transaction, call, doomed);
      // SECURITY(T-13): recovery codes cannot be the last factor. The row is locked, so that of two removals at the
      // same instant the second sees the first.
      const left = (await this.factors.active(transaction, owner)) as { id: string; type: FactorType }[];
      if (left.some(({ type }) => this.methods.of(type).standsAlone)) return;
      for (const rest of left) await this.drop(transaction, call, { ...owner, ...rest, status: 'active' });
    });
  }

  private async drop(transaction: Transaction, call: Call, { type, status, ...key }: Doomed): Promise<void> {
    const method = this.methods.of(type);
    const codeIds = isConsumable(method) ? await method.codeIds(transaction, key.tenantId, key.id) : [];
    // Removed or confirmed since it was read. The client can retry.
    if (!(await this.factors.remove(transaction, { ...key, codeIds }, status))) throw new Problem('not_found');
    const entry = { tenantId: key.tenantId, action: 'factor.removed', userId: key.userId, targetId: key.id } as const;
    await this.audit.record(transaction, { ...entry, details: { factorType: type }, actor: call });
  }
}
