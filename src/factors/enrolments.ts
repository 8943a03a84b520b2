// Starts enrolments of every kind of factor: authorizes them, finds what they replace, and writes the event.
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
  /** TypeID of the factor that it replaces. */
  readonly replaces?: string | undefined;
  /** The factor that it replaces, found while the user's row is locked. */
  readonly findReplaced?: (transaction: Transaction) => Promise<string | null>;
  /** Milliseconds until it expires, if not ten minutes. */
  readonly lifeMs?: number;
  /** The columns that its kind adds to the row of the factor. */
  readonly columns?: (factor: NewFactor) => Partial<TotpColumns>;
  /** The header `Step-Up`: an assertion, or the ticket of a recovery. */
  readonly assertion: string | undefined;
  /** The idempotency key of the request, if any. */
  readonly once?: Demand<Result>['once'];
}

/** Writes the rows that a kind has beside its factor, and returns the response. */
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
   * Makes a pending factor that can be confirmed. `add` writes the rows of its kind in the same transaction.
   * @throws Problem `step_up_required` for a user who was ever enrolled, without a fresh assertion for `factors.add` or
   * a ticket. If the kind does not stand alone, for every user without such an assertion. `not_found` if there is no
   * active factor to replace, or if it does not stand alone. `too_many_factors` if the user has the maximum of active
   * factors of this kind.
   */
  open<Result>(call: Call, enrolment: Enrolment<Result>, add: Add<Result>): Promise<Result> {
    const { userId, type, replaces, findReplaced, columns, assertion, once, lifeMs = PENDING_MS } = enrolment;
    const createdAt = this.clock.now();
    const made = {
      tenantId: call.tenantId,
      userId,
      id: newUuid(this.clock),
      createdAt,
      expiresAt: dateAt(createdAt.getTime() + lifeMs),
      replaces: replaces === undefined ? null : fromTypeId('fac', replaces),
    };
    // SECURITY(T-40): a factor that does not stand alone needs another one, and only a proof shows that there is one.
    const needsProof = !this.methods.of(type).standsAlone;
    const demand = { userId, action: 'factors.add', assertion, needsProof, once } as const;
    return this.stepUp.guard(call, demand, async (transaction, authorized) => {
      if (replaces !== undefined) await this.mustBeReplaceable(transaction, made);
      const granted = { grantedBy: authorized.by ?? null, grantedTicket: authorized.ticket ?? null };
      const factor = { ...made, ...granted, ...(findReplaced ? { replaces: await findReplaced(transaction) } : {}) };
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

  // SECURITY(T-26): recovery codes are replaced by their own route, which also removes the claims of the old codes.
  private async mustBeReplaceable(
    transaction: Transaction,
    { tenantId, userId, replaces }: Pick<NewFactor, 'tenantId' | 'userId' | 'replaces'>,
  ): Promise<void> {
    const type = replaces && (await this.factors.activeType(transaction, { tenantId, userId, id: replaces }));
    if (!type || !this.methods.of(type).standsAlone) throw new Problem('not_found');
  }

  /**
   * The user's row is locked, and a confirmation voids other pending factors. So parallel enrolments cannot exceed the
   * maximum.
   */
  private async mustHaveRoom(transaction: Transaction, factor: NewFactor, type: FactorType): Promise<void> {
    const { atMost } = this.methods.of(type);
    if (atMost === undefined) return;
    const active = await this.factors.active(transaction, factor);
    const staying = active.filter((one) => one.type === type && one.id !== factor.replaces);
    if (staying.length >= atMost) throw new Problem('too_many_factors');
  }

  /**
   * Whether its confirmation lifts the stop of codes. It does if it replaces a factor of its kind, and a recovery or a
   * proof that cannot be guessed authorized it.
   * SECURITY(T-45): never by a code. Otherwise an attacker who guessed one code could continue guessing.
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
