// Lists and removes factors of any kind.
import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import type { Call } from '../contract/caller.js';
import { decodeCursor, encodeCursor, type PageQuery } from '../contract/paging.js';
import { Clock } from '../platform/clock/clock.js';
import { fromTypeId, toTypeId } from '../platform/crypto/type-id.js';
import { Database, type Transaction } from '../platform/database/database.js';
import { Problem } from '../platform/errors/problem.js';
import { StepUp } from '../users/assertions/step-up.js';
import type { FactorPage } from './factor.dto.js';
import { FactorRepository } from './factor.repository.js';

interface Removal {
  /** TypeID. */
  readonly factor: string;
  /** The header `Step-Up`. */
  readonly assertion: string | undefined;
}

const CURSOR = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

@Injectable()
export class FactorService {
  constructor(
    private readonly factors: FactorRepository,
    private readonly stepUp: StepUp,
    private readonly database: Database,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  async list(call: Call, userId: string, { limit, after }: PageQuery): Promise<FactorPage> {
    const { tenantId } = call;
    const position = after === undefined ? undefined : decodeCursor(after, CURSOR)[1];
    const [rows, mfaRequired] = await Promise.all([
      this.factors.page({ tenantId, userId, now: this.clock.now(), after: position, limit }),
      this.factors.isEnrolled(tenantId, userId),
    ]);
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return {
      data: rows.map(shown) as FactorPage['data'],
      mfaRequired,
      nextCursor: last ? encodeCursor([last.id]) : null,
    };
  }

  /**
   * Removes a pending factor, or with a step-up an active one.
   * @throws Problem `not_found` for an unknown or foreign factor, `step_up_required` for an active one.
   */
  async remove(call: Call, userId: string, { factor, assertion }: Removal): Promise<void> {
    const id = fromTypeId('fac', factor);
    const key = { tenantId: call.tenantId, userId, id: id ?? '' };
    const status = id === null ? null : await this.factors.statusOf(key);
    if (status === null) throw new Problem('not_found');
    const remove = async (transaction: Transaction) => {
      // Gone, or active, since it was looked at: the caller may look again.
      if (!(await this.factors.remove(transaction, key, status))) throw new Problem('not_found');
      const entry = {
        tenantId: call.tenantId,
        action: 'factor.removed',
        userId,
        targetId: key.id,
        actor: call,
      } as const;
      await this.audit.record(transaction, entry);
    };
    if (status === 'pending') await this.database.inTransaction(remove);
    else await this.stepUp.guard(call, { userId, action: 'factors.remove', assertion }, remove);
  }
}

function shown(row: { id: string; type: string; status: string; createdAt: Date }) {
  return { id: toTypeId('fac', row.id), type: row.type, status: row.status, createdAt: row.createdAt.toISOString() };
}
