// Queues a push for a challenge of a device: the columns push_… of the table challenges. delivery/push sends it.
import { Injectable } from '@nestjs/common';
import { startAfter } from '../../platform/clock/start.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { named } from '../../platform/database/named-statement.js';
import type { SentChallenge } from '../factor-method.js';

/** The channel that announces a queued push. */
export const PUSHES_CHANNEL = 'countersign_pushes';

// SECURITY(T-36): depends on the tenant's settings and the limit of challenges, never on the user's devices.
const QUEUE = named(
  'push_queue',
  `
    WITH queued AS (
      UPDATE challenges SET push_due_at = :due::timestamptz FROM tenants
      WHERE challenges.tenant_id = :tenant::uuid AND challenges.id = :id::uuid AND NOT challenges.withheld
        AND tenants.id = :tenant::uuid AND tenants.push_url IS NOT NULL
      RETURNING pg_notify('${PUSHES_CHANNEL}', :wait)
    )
    SELECT FROM queued`,
);

@Injectable()
export class PushQueueRepository {
  constructor(private readonly database: Database) {}

  async queue(transaction: Transaction, { tenantId, id, createdAt }: SentChallenge): Promise<void> {
    await this.database.runNamed(QUEUE, { ...startAfter(createdAt), tenant: tenantId, id }, transaction);
  }
}
