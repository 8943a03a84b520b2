// The ticket of a recovery as authorization of one new factor, and nothing else.
import { Injectable } from '@nestjs/common';
import type { StepUpRefusalReason } from '../../contract/audit-actions.js';
import type { Call } from '../../contract/caller.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Transaction } from '../../platform/database/database.js';
import type { Authorization, Authorized, Shown } from '../assertions/authorization.js';
import { UserRepository } from '../user.repository.js';
import { enrolling } from './recovery.policy.js';
import { RecoveryRepository } from './recovery.repository.js';
import { ticketKey } from './ticket.js';

@Injectable()
export class TicketAuthorization implements Authorization {
  constructor(
    private readonly recoveries: RecoveryRepository,
    private readonly users: UserRepository,
    private readonly clock: Clock,
  ) {}

  async authorize(
    transaction: Transaction,
    { tenantId }: Call,
    { userId, action, text }: Shown,
  ): Promise<Authorized | StepUpRefusalReason> {
    const key = ticketKey(text);
    // SECURITY(T-31): a recovery adds a factor and removes none. Removing needs a proof, or the new factor names the
    // one that it replaces.
    if (key === null || action !== 'factors.add') return 'ticket_not_valid';
    const owner = { tenantId, userId };
    const { recovery: from } = await this.recoveries.lock(transaction, owner);
    const to = enrolling(from, key, this.clock.nowMs());
    if (!to || !(await this.recoveries.change(transaction, owner, { from, to }))) return 'ticket_not_valid';
    // The first code of the new factor must not meet a lock. A stop is lifted by that code, not before (Enrolments).
    await this.users.unlock(transaction, tenantId, userId);
    return { ticket: to.id };
  }
}
