// Lists and removes factors of any kind.
import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import type { Call } from '../contract/caller.js';
import { decodeCursor, encodeCursor, type PageQuery } from '../contract/paging.js';
import { Clock } from '../platform/clock/clock.js';
import { fromTypeId, toTypeId } from '../platform/crypto/type-id.js';
import { Database } from '../platform/database/database.js';
import { Problem } from '../platform/errors/problem.js';
import type { FactorPage } from './factor.dto.js';
import { FactorRepository } from './factor.repository.js';

const CURSOR = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

@Injectable()
export class FactorService {
  constructor(
    private readonly factors: FactorRepository,
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
   * Removes a pending factor, or an active one for a caller with `tenant:admin`.
   * @throws Problem `not_found` for an unknown or foreign factor, `insufficient_scope` for an active one.
   */
  async remove(call: Call, userId: string, factor: string): Promise<void> {
    const id = fromTypeId('fac', factor);
    if (id === null) throw new Problem('not_found');
    const key = { tenantId: call.tenantId, userId, id };
    await this.database.inTransaction(async (transaction) => {
      const removed = await this.factors.remove(transaction, key, call.scopes.has('tenant:admin'));
      if (!removed) throw (await this.factors.exists(transaction, key)) ? activeNeedsAdmin() : new Problem('not_found');
      await this.audit.record(transaction, {
        tenantId: call.tenantId,
        action: 'factor.removed',
        userId,
        targetId: id,
        actor: call,
      });
    });
  }
}

function activeNeedsAdmin(): Problem {
  return new Problem('insufficient_scope', {
    detail: 'Removing an active factor needs the scope tenant:admin.',
    headers: {
      'WWW-Authenticate': 'Bearer realm="countersign", error="insufficient_scope", scope="factors:write tenant:admin"',
    },
  });
}

function shown(row: { id: string; type: string; status: string; createdAt: Date }) {
  return { id: toTypeId('fac', row.id), type: row.type, status: row.status, createdAt: row.createdAt.toISOString() };
}
