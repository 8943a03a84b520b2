// Lists the factors of a user, of any kind.
import { Injectable } from '@nestjs/common';
import type { Call } from '../contract/caller.js';
import type { PageQuery } from '../contract/paging.js';
import { Clock } from '../platform/clock/clock.js';
import { Cursors } from '../platform/crypto/cursors.js';
import { toTypeId } from '../platform/crypto/type-id.js';
import type { FactorPage } from './factor.dto.js';
import { isConsumable, type FactorType } from './factor-method.js';
import { FactorMethods } from './factor-methods.js';
import { FactorRepository, type FactorStatus } from './factor.repository.js';

interface FactorRow {
  readonly id: string;
  readonly type: FactorType;
  readonly status: FactorStatus;
  readonly createdAt: Date;
}

@Injectable()
export class FactorListService {
  constructor(
    private readonly factors: FactorRepository,
    private readonly methods: FactorMethods,
    private readonly cursors: Cursors,
    private readonly clock: Clock,
  ) {}

  async list({ tenantId }: Call, userId: string, { limit, after }: PageQuery): Promise<FactorPage> {
    const scope = { tenantId, list: 'factors', of: userId } as const;
    const position = this.cursors.open(scope, after);
    const [rows, mfaRequired] = await Promise.all([
      this.factors.page({ tenantId, userId, now: this.clock.now(), after: position, limit }),
      this.factors.isEnrolled(tenantId, userId),
    ]);
    return {
      data: await Promise.all(rows.map((row) => this.withRemaining(tenantId, row as FactorRow))),
      mfaRequired,
      nextCursor: this.cursors.after(scope, { rows, limit }, ({ id }) => id),
    };
  }

  private async withRemaining(tenantId: string, row: FactorRow): Promise<FactorPage['data'][number]> {
    const method = this.methods.of(row.type);
    return isConsumable(method) ? { ...shown(row), remaining: await method.remaining(tenantId, row.id) } : shown(row);
  }
}

function shown({ id, type, status, createdAt }: FactorRow) {
  return { id: toTypeId('fac', id), type, status, createdAt: createdAt.toISOString() };
}
