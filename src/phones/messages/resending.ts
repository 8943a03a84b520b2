// Resends a code: the same code, while it is valid, with the answers that were counted. Limits here depend on the
// caller's own requests. The worker limits how often a number gets a message.
import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Problem } from '../../platform/errors/problem.js';
import { budget, LIMITS } from '../budgets/budget.policy.js';
import { Budgets } from '../budgets/budgets.repository.js';
import { Messages, type NewMessage } from './messages.js';

export interface Resent extends NewMessage {
  /** When the first one was requested. */
  readonly createdAt: Date;
}

@Injectable()
export class Resending {
  constructor(
    private readonly budgets: Budgets,
    private readonly messages: Messages,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem `too_many_requests`: 30 seconds after the last one, and four times in all. */
  async send({ createdAt, ...message }: Resent): Promise<void> {
    const firstMs = createdAt.getTime() + LIMITS['codes asked for again'].windowMs - this.clock.nowMs();
    if (firstMs > 0) throw Problem.tooMany(firstMs);
    const { tenantId, subjectId } = message;
    await this.budgets.charge(tenantId, [
      budget('codes asked for again', subjectId),
      budget('codes asked for again in all', subjectId),
    ]);
    await this.database.inTransaction((transaction) => this.messages.queue(transaction, message));
  }
}
