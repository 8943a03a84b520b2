// The steps of a recovery after its start, and the start by a reset. Each step is checked and written with the user's
// row locked, and writes an event, also when it is refused.
import { Injectable } from '@nestjs/common';
import type { AuditAction, AuditDetails, RecoveryRefusalReason } from '../../contract/audit-actions.js';
import { AuditLog } from '../../audit/audit-log.js';
import type { Call } from '../../contract/caller.js';
import { Clock } from '../../platform/clock/clock.js';
import { fromTypeId, newUuid } from '../../platform/crypto/type-id.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { Problem } from '../../platform/errors/problem.js';
import { TenantSettingsService } from '../../tenants/settings/tenant-settings.service.js';
import { UserQueue } from '../user-queue.js';
import { shownList, shownState, type RecoveryList, type RecoveryState, type RecoveryTicket } from './recovery.dto.js';
import { problemFor } from './recovery.errors.js';
import { approved, asked, cancelled, ticketed, type Recovery, type RecoveryRefusal } from './recovery.policy.js';
import { RecoveryRepository, type Owner } from './recovery.repository.js';
import { mintTicket } from './ticket.js';

/** A recovery of a user, by its TypeID. */
export interface Named {
  readonly userId: string;
  readonly recoveryId: string;
}

interface Step {
  readonly userId: string;
  readonly action: AuditAction;
  readonly decide: (current: Recovery | null) => Recovery | RecoveryRefusal;
  /** True for the step that ends the recovery. */
  readonly ends?: boolean;
}

@Injectable()
export class RecoveryService {
  constructor(
    private readonly recoveries: RecoveryRepository,
    private readonly tenants: TenantSettingsService,
    private readonly queue: UserQueue,
    private readonly database: Database,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  async list({ tenantId }: Call, userId: string): Promise<RecoveryList> {
    return shownList(await this.recoveries.find({ tenantId, userId }), this.clock.nowMs());
  }

  /** @throws Problem `not_found` for a user who was never enrolled, `recovery_open` while another is open. */
  async ask(call: Call, userId: string, statedReason: string): Promise<RecoveryState> {
    const act = this.act(call);
    const facts = { id: newUuid(this.clock), statedReason };
    const decide = (current: Recovery | null) => asked(current, act, facts);
    return shownState(await this.take(call, { userId, action: 'recovery.asked', decide }), act.nowMs);
  }

  /**
   * @throws Problem `not_found` if none waits for an approval, `second_client_required` for the client that requested
   * it.
   */
  async approve(call: Call, { userId, recoveryId }: Named): Promise<RecoveryState> {
    const { recoveryDelayHours: delayHours } = await this.tenants.of(call.tenantId);
    const act = this.act(call);
    const facts = { id: uuidOf(recoveryId), delayHours };
    const decide = (current: Recovery | null) => approved(current, act, facts);
    return shownState(await this.take(call, { userId, action: 'recovery.approved', decide }), act.nowMs);
  }

  /** @throws Problem `not_found`, also for another client; `recovery_not_open`; `recovery_ticket_issued`. */
  async issueTicket(call: Call, { userId, recoveryId }: Named): Promise<RecoveryTicket> {
    const act = this.act(call);
    const { ticket, key } = mintTicket();
    const facts = { id: uuidOf(recoveryId), ticket: key };
    const decide = (current: Recovery | null) => ticketed(current, act, facts);
    const { endsAt } = await this.take(call, { userId, action: 'recovery.ticket_issued', decide });
    return { ticket, expiresAt: endsAt };
  }

  /** @throws Problem `not_found`. */
  async cancel(call: Call, { userId, recoveryId }: Named): Promise<void> {
    const { nowMs } = this.act(call);
    const decide = (current: Recovery | null) => cancelled(current, uuidOf(recoveryId), nowMs);
    await this.take(call, { userId, action: 'recovery.cancelled', decide, ends: true });
  }

  /** Checks and writes under the row lock. A refusal commits its event, then throws. */
  private async take(call: Call, { userId, action, decide, ends = false }: Step): Promise<Recovery> {
    const owner = { tenantId: call.tenantId, userId };
    const outcome = await this.inOrder(owner, async (transaction) => {
      const { isEnrolled, recovery: from } = await this.recoveries.lock(transaction, owner);
      const verdict = isEnrolled ? decide(from) : 'no_recovery';
      if (typeof verdict === 'string') {
        if (from && verdict !== 'no_recovery')
          await this.audit.record(transaction, { ...refusalOf(owner, from, verdict), actor: call });
        return problemFor(verdict, from);
      }
      if (!(await this.recoveries.change(transaction, owner, { from, to: ends ? null : verdict })))
        return new Problem('not_found');
      const event = { ...owner, action, targetId: verdict.id, details: detailsOf(verdict) };
      await this.audit.record(transaction, { ...event, actor: call });
      return verdict;
    });
    if (outcome instanceof Problem) throw outcome;
    return outcome;
  }

  private inOrder<Result>(owner: Owner, work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    return this.queue.run(owner, () => this.database.inTransaction(work));
  }

  private act({ clientId }: Call) {
    return { clientId, nowMs: this.clock.nowMs() };
  }
}

function refusalOf(owner: Owner, { id: targetId }: Recovery, reason: RecoveryRefusalReason) {
  return { ...owner, action: 'recovery.refused', reason, targetId } as const;
}

/** What a tenant needs to tell its user. */
function detailsOf({ by, opensAt, endsAt, statedReason }: Recovery): AuditDetails {
  return {
    by,
    ...(opensAt === null ? {} : { opensAt }),
    endsAt,
    ...(statedReason === undefined ? {} : { statedReason }),
  };
}

/** A text of another form is no recovery's id. */
function uuidOf(recoveryId: string): string {
  return fromTypeId('rcv', recoveryId) ?? '';
}
