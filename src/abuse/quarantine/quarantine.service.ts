// Blocks the look-ups of a client. Sign-ins of its users still work. An operator unblocks it.
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

  /** Idempotent: a blocked client stays blocked. */
  async stop(transaction: Transaction, client: ClientKey): Promise<void> {
    const { tenantId, clientId } = client;
    if (!(await this.quarantines.add(transaction, { ...client, covers: 'look_ups' }, this.clock.now()))) return;
    await this.alerts.raise(transaction, { tenantId, kind: 'look_ups_stopped', subjectId: clientId });
    const event = { tenantId, action: 'client.look_ups_stopped', targetId: clientId, actor: {} } as const;
    await this.audit.record(transaction, event);
  }

  /**
   * Unblocks the client. Its earlier look-ups no longer count.
   * @throws OperatorError if it is not blocked, or if the reason is not valid.
   */
  async allow({ tenantId, clientId }: ClientKey, reason: string): Promise<void> {
    if (!REASON.test(reason)) throw new OperatorError('A reason has 1 to 200 characters and no control characters.');
    await this.database.inTransaction(async (transaction) => {
      await this.watch.wait(transaction, tenantId);
      if (!(await this.quarantines.end(transaction, { tenantId, clientId, covers: 'look_ups' })))
        throw new OperatorError(`Look-ups of ${toTypeId('cli', clientId)} are not blocked.`);
      await this.watch.forget(transaction, { tenantId, clientId }, this.clock.now());
      const event = { tenantId, action: 'client.look_ups_allowed', targetId: clientId, actor: {} } as const;
      await this.audit.record(transaction, { ...event, details: { statedReason: reason } });
    });
  }
}
