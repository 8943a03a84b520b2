// Blocks the lists of users' devices, phones and recoveries for a client that enumerates users. Sign-ins are not
// blocked. An operator unblocks the lists.
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

  /** Idempotent: a blocked client stays blocked. */
  async stop(transaction: Transaction, client: ClientKey): Promise<void> {
    const { tenantId, clientId } = client;
    if (!(await this.quarantines.add(transaction, { ...client, covers: 'user_lists' }, this.clock.now()))) return;
    await this.alerts.raise(transaction, { tenantId, kind: 'user_lists_stopped', subjectId: clientId });
    const event = { tenantId, action: 'client.user_lists_stopped', targetId: clientId, actor: {} } as const;
    await this.audit.record(transaction, event);
  }

  /**
   * An operator accepts the queries of the client: days with an alert become ordinary days, and a block ends.
   * @throws OperatorError if there was neither, or if the reason is not valid.
   */
  async accept({ tenantId, clientId }: ClientKey, reason: string): Promise<void> {
    if (!REASON.test(reason)) throw new OperatorError('A reason has 1 to 200 characters and no control characters.');
    await this.database.inTransaction(async (transaction) => {
      const isEnded = await this.quarantines.end(transaction, { tenantId, clientId, covers: 'user_lists' });
      if (!(await this.counts.accept(transaction, tenantId, clientId)) && !isEnded)
        throw new OperatorError(
          `There is no alert about queries of ${toTypeId('cli', clientId)}, and it is not blocked.`,
        );
      const event = { tenantId, action: 'client.user_queries_accepted', targetId: clientId, actor: {} } as const;
      await this.audit.record(transaction, { ...event, details: { statedReason: reason } });
    });
  }
}
