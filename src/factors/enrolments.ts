// Opens enrolments, whatever the kind of factor: who may, what it replaces, and what is written about it.
import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import type { Call } from '../contract/caller.js';
import { Clock, dateAt } from '../platform/clock/clock.js';
import { fromTypeId, newUuid } from '../platform/crypto/type-id.js';
import type { Transaction } from '../platform/database/database.js';
import { Problem } from '../platform/errors/problem.js';
import type { Authorized } from '../users/assertions/authorization.js';
import { StepUp } from '../users/assertions/step-up.js';
import type { FactorType } from './factor-method.js';
import { FactorMethods } from './factor-methods.js';
import { FactorRepository, type Grant, type NewFactor } from './factor.repository.js';

/** Milliseconds until a pending factor ends (DESIGN §1). */
const PENDING_MS = 10 * 60_000;

export interface Enrolment {
  readonly userId: string;
  readonly type: FactorType;
  /** TypeID of the factor whose place it takes. */
  readonly replaces: string | undefined;
  /** The header `Step-Up`: an assertion, or the ticket of a recovery. */
  readonly assertion: string | undefined;
}

@Injectable()
export class Enrolments {
  constructor(
    private readonly factors: FactorRepository,
    private readonly methods: FactorMethods,
    private readonly stepUp: StepUp,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /**
   * Names a new factor as one that may be confirmed; `add` writes what its kind adds, in the same transaction.
   * @throws Problem `step_up_required` for a user who was ever enrolled, without a fresh assertion for `factors.add` or a ticket;
   * `not_found` when there is no active factor to replace, or it is one that does not stand alone.
   */
  async open(
    call: Call,
    { userId, type, replaces, assertion }: Enrolment,
    add: (transaction: Transaction, factor: NewFactor) => Promise<void>,
  ): Promise<NewFactor> {
    const createdAt = this.clock.now();
    const factor = {
      tenantId: call.tenantId,
      userId,
      id: newUuid(this.clock),
      createdAt,
      expiresAt: dateAt(createdAt.getTime() + PENDING_MS),
      replaces: replaces === undefined ? null : fromTypeId('fac', replaces),
    };
    await this.stepUp.guard(call, { userId, action: 'factors.add', assertion }, async (transaction, authorized) => {
      if (replaces !== undefined) await this.mustBeReplaceable(transaction, factor);
      await this.factors.open(transaction, factor, grantOf(factor, authorized));
      await add(transaction, factor);
      const entry = {
        tenantId: call.tenantId,
        action: 'factor.enrolment_opened',
        userId,
        targetId: factor.id,
        details: { factorType: type },
      } as const;
      await this.audit.record(transaction, { ...entry, actor: call });
    });
    return factor;
  }

  // SECURITY(T-26): a set of recovery codes has a way of its own to be replaced, which takes the claims of its codes along.
  private async mustBeReplaceable(transaction: Transaction, { tenantId, userId, replaces }: NewFactor): Promise<void> {
    const type = replaces && (await this.factors.activeType(transaction, { tenantId, userId, id: replaces }));
    if (!type || !this.methods.of(type).standsAlone) throw new Problem('not_found');
  }
}

function grantOf({ replaces }: NewFactor, authorized: Authorized): Grant {
  return { ...authorized, ...(replaces === null ? {} : { replaces }) };
}
