// Lists and removes factors of any kind.
import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import type { Call } from '../contract/caller.js';
import { decodeCursor, encodeCursor, type PageQuery } from '../contract/paging.js';
import { Clock } from '../platform/clock/clock.js';
import { toTypeId } from '../platform/crypto/type-id.js';
import { Database, type Transaction } from '../platform/database/database.js';
import { Problem } from '../platform/errors/problem.js';
import { StepUp } from '../users/assertions/step-up.js';
import type { FactorPage } from './factor.dto.js';
import type { FactorType } from './factor-method.js';
import { FactorMethods } from './factor-methods.js';
import { FactorRepository, type FactorKey, type FactorStatus } from './factor.repository.js';

interface Removal {
  /** Null for a text that is no id. */
  readonly id: string | null;
  /** The only kind that may go. */
  readonly type?: FactorType;
  /** The header `Step-Up`. */
  readonly assertion: string | undefined;
}

interface Doomed extends FactorKey {
  readonly type: FactorType;
  readonly status: FactorStatus;
}

interface FactorRow {
  readonly id: string;
  readonly type: FactorType;
  readonly status: FactorStatus;
  readonly createdAt: Date;
}

/** In the cursors of lists that are ordered by id. */
export const PLACE_IN_LIST = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

@Injectable()
export class FactorService {
  constructor(
    private readonly factors: FactorRepository,
    private readonly methods: FactorMethods,
    private readonly stepUp: StepUp,
    private readonly database: Database,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  async list(call: Call, userId: string, { limit, after }: PageQuery): Promise<FactorPage> {
    const { tenantId } = call;
    const position = after === undefined ? undefined : decodeCursor(after, PLACE_IN_LIST)[1];
    const [rows, mfaRequired] = await Promise.all([
      this.factors.page({ tenantId, userId, now: this.clock.now(), after: position, limit }),
      this.factors.isEnrolled(tenantId, userId),
    ]);
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return {
      data: await Promise.all(rows.map((row) => this.withRemaining(tenantId, row as FactorRow))),
      mfaRequired,
      nextCursor: last ? encodeCursor([last.id]) : null,
    };
  }

  /**
   * Removes a pending factor, or with a step-up an active one; with the last that stands alone go those that do not.
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
      // SECURITY(T-13): DESIGN §2: recovery codes cannot be the last factor. The row is locked, so that of two removals at
      // the same instant the second sees the first.
      const left = (await this.factors.active(transaction, owner)) as { id: string; type: FactorType }[];
      if (left.some(({ type }) => this.methods.of(type).standsAlone)) return;
      for (const rest of left) await this.drop(transaction, call, { ...owner, ...rest, status: 'active' });
    });
  }

  private async drop(transaction: Transaction, call: Call, { type, status, ...key }: Doomed): Promise<void> {
    const codeIds = (await this.methods.of(type).codeIds?.(transaction, key.tenantId, key.id)) ?? [];
    // Gone, or active, since it was looked at: the caller may look again.
    if (!(await this.factors.remove(transaction, { ...key, codeIds }, status))) throw new Problem('not_found');
    const entry = { tenantId: key.tenantId, action: 'factor.removed', userId: key.userId, targetId: key.id } as const;
    await this.audit.record(transaction, { ...entry, details: { factorType: type }, actor: call });
  }

  private async withRemaining(tenantId: string, row: FactorRow): Promise<FactorPage['data'][number]> {
    const remaining = await this.methods.of(row.type).remaining?.(tenantId, row.id);
    return { ...shown(row), ...(remaining === undefined ? {} : { remaining }) };
  }
}

function shown({ id, type, status, createdAt }: FactorRow) {
  return { id: toTypeId('fac', id), type, status, createdAt: createdAt.toISOString() };
}
