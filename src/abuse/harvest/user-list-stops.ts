// Takes the lists of users' things from a client that went through many users with them, and nothing that is part of a sign-in. An
// operator gives them back.
import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../audit/audit-log.js';
import { Clock } from '../../platform/clock/clock.js';
import { toTypeId } from '../../platform/crypto/type-id.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { OperatorError } from '../../platform/errors/operator-error.js';
import { Alerts } from '../alerts/alerts.repository.js';
import { QuarantineRepository, type ClientKey } from '../quarantine/quarantine.repository.js';
import { QueryCountRepository } from './query-count.repository.js';

const REASON = /^\P{C}{1,200}$/u;

@Injectable()
export class UserListStops {
  constructor(
    private readonly quarantines: QuarantineRepository,
    private readonly counts: QueryCountRepository,
    private readonly alerts: Alerts,
    private readonly audit: AuditLog,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Once; a client that is stopped already stays so. */
  async stop(transaction: Transaction, client: ClientKey): Promise<void> {
    const { tenantId, clientId } = client;
    if (!(await this.quarantines.add(transaction, { ...client, covers: 'user_lists' }, this.clock.now()))) return;
    await this.alerts.raise(transaction, { tenantId, kind: 'user_lists_stopped', subjectId: clientId });
    const event = { tenantId, action: 'client.user_lists_stopped', targetId: clientId, actor: {} } as const;
    await this.audit.record(transaction, event);
  }

  /**
   * What the client asked is accepted as its own: days with an alert become days that later ones are compared with, and a stop ends.
   * @throws OperatorError where there was neither, or for a reason that is none.
   */
  async accept({ tenantId, clientId }: ClientKey, reason: string): Promise<void> {
    if (!REASON.test(reason)) throw new OperatorError('A reason has 1 to 200 characters and no control characters.');
    await this.database.inTransaction(async (transaction) => {
      const isEnded = await this.quarantines.end(transaction, { tenantId, clientId, covers: 'user_lists' });
      if (!(await this.counts.accept(transaction, tenantId, clientId)) && !isEnded)
        throw new OperatorError(`There is no alert about queries of ${toTypeId('cli', clientId)}, and no stop.`);
      const event = { tenantId, action: 'client.user_queries_accepted', targetId: clientId, actor: {} } as const;
      await this.audit.record(transaction, { ...event, details: { statedReason: reason } });
    });
  }
}
