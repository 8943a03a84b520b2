// Takes look-ups from a client, and nothing else: its users sign in as before. An operator gives them back.
import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../audit/audit-log.js';
import { Clock } from '../../platform/clock/clock.js';
import { toTypeId } from '../../platform/crypto/type-id.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { OperatorError } from '../../platform/errors/operator-error.js';
import { Alerts } from '../alerts/alerts.repository.js';
import { WatchRepository } from '../watch/watch.repository.js';
import { QuarantineRepository, type ClientKey } from './quarantine.repository.js';

const REASON = /^\P{C}{1,200}$/u;

@Injectable()
export class QuarantineService {
  constructor(
    private readonly quarantines: QuarantineRepository,
    private readonly watch: WatchRepository,
    private readonly alerts: Alerts,
    private readonly audit: AuditLog,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Once; a client that is stopped already stays so. */
  async stop(transaction: Transaction, client: ClientKey): Promise<void> {
    const { tenantId, clientId } = client;
    if (!(await this.quarantines.add(transaction, { ...client, covers: 'look_ups' }, this.clock.now()))) return;
    await this.alerts.raise(transaction, { tenantId, kind: 'look_ups_stopped', subjectId: clientId });
    const event = { tenantId, action: 'client.look_ups_stopped', targetId: clientId, actor: {} } as const;
    await this.audit.record(transaction, event);
  }

  /**
   * The client begins anew: what it asked before counts no more.
   * @throws OperatorError where it is not stopped, or for a reason that is none.
   */
  async allow({ tenantId, clientId }: ClientKey, reason: string): Promise<void> {
    if (!REASON.test(reason)) throw new OperatorError('A reason has 1 to 200 characters and no control characters.');
    await this.database.inTransaction(async (transaction) => {
      await this.watch.wait(transaction, tenantId);
      if (!(await this.quarantines.end(transaction, { tenantId, clientId, covers: 'look_ups' })))
        throw new OperatorError(`Look-ups of ${toTypeId('cli', clientId)} are not stopped.`);
      await this.watch.forget(transaction, { tenantId, clientId }, this.clock.now());
      const event = { tenantId, action: 'client.look_ups_allowed', targetId: clientId, actor: {} } as const;
      await this.audit.record(transaction, { ...event, details: { statedReason: reason } });
    });
  }
}
