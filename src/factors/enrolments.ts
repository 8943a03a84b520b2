// Opens enrolments, whatever the kind of factor: who may, what it replaces, and what is written about it.
import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import type { Call } from '../contract/caller.js';
import { Clock, dateAt } from '../platform/clock/clock.js';
import { fromTypeId, newUuid } from '../platform/crypto/type-id.js';
import type { Transaction } from '../platform/database/database.js';
import { Problem } from '../platform/errors/problem.js';
import type { Authorized } from '../users/assertions/authorization.js';
import { StepUp, type Demand } from '../users/assertions/step-up.js';
import { isConfirmable, type FactorType } from './factor-method.js';
import { FactorMethods } from './factor-methods.js';
import { FactorRepository, type EnrolmentGrant, type NewFactor, type TotpColumns } from './factor.repository.js';

/** Milliseconds until a pending factor expires (docs/limits.md). */
const PENDING_MS = 10 * 60_000;

export interface Enrolment<Result> {
  readonly userId: string;
  readonly type: FactorType;
  /** TypeID of the factor whose place it takes. */
  readonly replaces?: string | undefined;
  /** The factor that it is found to stand in for, once the user's row is held. */
  readonly displaces?: (transaction: Transaction) => Promise<string | null>;
  /** Milliseconds until it ends, where that is not ten minutes. */
  readonly lifeMs?: number;
  /** What its kind adds to the row of the factor. */
  readonly columns?: (factor: NewFactor) => Partial<TotpColumns>;
  /** The header `Step-Up`: an assertion, or the ticket of a recovery. */
  readonly assertion: string | undefined;
  /** Where an idempotency key came with it. */
  readonly once?: Demand<Result>['once'];
}

/** Writes the rows that a kind of factor has beside its row in factors, and answers. */
type Add<Result> = (transaction: Transaction, factor: NewFactor) => Promise<Result>;

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
   * @throws Problem `step_up_required` for a user who was ever enrolled, without a fresh assertion for `factors.add` or a ticket, and for
   * everybody without such an assertion where the kind does not stand alone;
   * `not_found` when there is no active factor to replace, or it is one that does not stand alone;
   * `too_many_factors` for a user who has as many of the kind as count.
   */
  open<Result>(call: Call, enrolment: Enrolment<Result>, add: Add<Result>): Promise<Result> {
    const { userId, type, replaces, displaces, columns, assertion, once, lifeMs = PENDING_MS } = enrolment;
    const createdAt = this.clock.now();
    const made = {
      tenantId: call.tenantId,
      userId,
      id: newUuid(this.clock),
      createdAt,
      expiresAt: dateAt(createdAt.getTime() + lifeMs),
      replaces: replaces === undefined ? null : fromTypeId('fac', replaces),
    };
    // SECURITY(T-40): what does not stand alone needs something to stand beside, and only a proof says that it is there.
    const needsProof = !this.methods.of(type).standsAlone;
    const demand = { userId, action: 'factors.add', assertion, needsProof, once } as const;
    return this.stepUp.guard(call, demand, async (transaction, authorized) => {
      if (replaces !== undefined) await this.mustBeReplaceable(transaction, made);
      const granted = { grantedBy: authorized.by ?? null, grantedTicket: authorized.ticket ?? null };
      const factor = { ...made, ...granted, ...(displaces ? { replaces: await displaces(transaction) } : {}) };
      await this.mustHaveRoom(transaction, factor, type);
      const grant = grantOf(factor, authorized);
      const rebinds = await this.rebinds(transaction, factor, { type, authorized });
      const row = { ...factor, type, ...columns?.(factor) };
      await this.factors.open(transaction, row, rebinds ? { ...grant, rebinds } : grant);
      const result = await add(transaction, factor);
      const entry = {
        tenantId: call.tenantId,
        action: 'factor.enrolment_opened',
        userId,
        targetId: factor.id,
        details: { factorType: type },
      } as const;
      await this.audit.record(transaction, { ...entry, actor: call });
      return result;
    });
  }

  // SECURITY(T-26): a set of recovery codes has a way of its own to be replaced, which takes the claims of its codes along.
  private async mustBeReplaceable(
    transaction: Transaction,
    { tenantId, userId, replaces }: Pick<NewFactor, 'tenantId' | 'userId' | 'replaces'>,
  ): Promise<void> {
    const type = replaces && (await this.factors.activeType(transaction, { tenantId, userId, id: replaces }));
    if (!type || !this.methods.of(type).standsAlone) throw new Problem('not_found');
  }

  /** The user's row is held, and a confirmation voids what else is pending: nobody gets beyond it by opening several at once. */
  private async mustHaveRoom(transaction: Transaction, factor: NewFactor, type: FactorType): Promise<void> {
    const { atMost } = this.methods.of(type);
    if (atMost === undefined) return;
    const active = await this.factors.active(transaction, factor);
    const staying = active.filter((one) => one.type === type && one.id !== factor.replaces);
    if (staying.length >= atMost) throw new Problem('too_many_factors');
  }

  /**
   * Whether its confirmation ends the stop of codes: it takes the place of one of its kind, by a proof that cannot be guessed, or a
   * recovery allowed it. SECURITY(T-45): never by a proof that was a code, or who has guessed one could guess on.
   */
  private async rebinds(
    transaction: Transaction,
    { tenantId, userId, replaces }: NewFactor,
    { type, authorized: { by, ticket } }: { type: FactorType; authorized: Authorized },
  ): Promise<boolean> {
    const method = this.methods.of(type);
    if (!isConfirmable(method) || method.confirmation.rebinds !== true) return false;
    if (ticket !== undefined) return true;
    if (by === undefined || replaces === null) return false;
    const typeOf = (id: string) => this.factors.activeType(transaction, { tenantId, userId, id });
    const proven = await typeOf(by);
    return proven !== null && this.methods.of(proven).attempt.budget === null && (await typeOf(replaces)) === type;
  }
}

function grantOf({ replaces }: NewFactor, authorized: Authorized): EnrolmentGrant {
  return { ...authorized, ...(replaces === null ? {} : { replaces }) };
}
