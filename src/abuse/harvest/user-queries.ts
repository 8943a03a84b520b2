// Owner of the tables user_queries and user_proofs: which client queried which user, and which users gave a proof. The
// gate records requests; queries that leave an event are read from the audit log.
import { Injectable } from '@nestjs/common';
import type { AuditAction } from '../../contract/audit-actions.js';
import type { AuditEventRow } from '../../audit/audit-event.repository.js';
import type { Caller } from '../../contract/caller.js';
import { Clock } from '../../platform/clock/clock.js';
import { BlindIndex } from '../../platform/crypto/blind-index.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import type { Settled } from './harvest.policy.js';
import { DUE, CLASSIFY, NOTE, SWEEP, TAKE } from './user-queries.statement.js';

/**
 * Events that say that a user gave a proof. Refused ones do not count: any client with `verify` can cause them for any
 * user id.
 */
const PROOFS: ReadonlySet<string> = new Set<AuditAction>(['verification.approved', 'factor.activated']);
/** An event that is read later than this is not counted as a query of today. */
const READ_WITHIN_MS = 86_400_000;

type Asker = Pick<Caller, 'tenantId' | 'clientId'>;
type SeenEvent = Pick<AuditEventRow, 'at' | 'action' | 'client_id' | 'user_id'>;

@Injectable()
export class UserQueries {
  constructor(
    private readonly database: Database,
    private readonly index: BlindIndex,
    private readonly clock: Clock,
  ) {}

  /** Records that the client queried this user. The cost is the same for every user. */
  async note({ tenantId, clientId }: Asker, userId: string, { isStoppable }: { isStoppable: boolean }): Promise<void> {
    await this.database.runNamed(NOTE, {
      tenant: tenantId,
      client: clientId,
      user: userId,
      user_index: this.indexOf(tenantId, userId),
      stoppable: isStoppable,
      now: this.clock.now().toISOString(),
    });
  }

  /** Records events of the audit log: every event of a client that names a user is a query. */
  async take(transaction: Transaction, tenantId: string, events: readonly SeenEvent[]): Promise<void> {
    const sinceMs = this.clock.nowMs() - READ_WITHIN_MS;
    const seen = events.flatMap(({ at, action, client_id, user_id }) => {
      const isProof = PROOFS.has(action);
      if (user_id === null || (client_id === null && !isProof) || at.getTime() < sinceMs) return [];
      const user_index = this.indexOf(tenantId, user_id).toString('hex');
      return [{ user_id, user_index, client_id, at, is_proof: isProof }];
    });
    if (seen.length === 0) return;
    const values = { tenant: tenantId, seen: JSON.stringify(seen), now: this.clock.now().toISOString() };
    await this.database.runNamed(TAKE, values, transaction);
  }

  /** Tenants with queries that are due. */
  async due(): Promise<string[]> {
    const rows = await this.database.runNamed<{ tenantId: string }>(DUE, { now: this.clock.now().toISOString() });
    return rows.map(({ tenantId }) => tenantId);
  }

  /** Evaluates due queries, and deletes old ones. */
  async settle(transaction: Transaction, tenantId: string): Promise<Settled[]> {
    const values = { tenant: tenantId, now: this.clock.now().toISOString() };
    await this.database.runNamed(SWEEP, values, transaction);
    return this.database.runNamed<Settled>(CLASSIFY, values, transaction);
  }

  private indexOf(tenantId: string, userId: string): Buffer {
    return this.index.of(tenantId, 'user-query', userId);
  }
}
