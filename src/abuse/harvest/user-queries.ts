// Owner of the tables user_queries and user_proofs: which client asked about which user, and which users gave a proof. Requests are noted
// by the gate; what leaves an event is taken from the audit log.
import { Injectable } from '@nestjs/common';
import type { AuditAction } from '../../contract/audit-actions.js';
import type { AuditEventRow } from '../../audit/audit-event.repository.js';
import type { Caller } from '../../contract/caller.js';
import { Clock } from '../../platform/clock/clock.js';
import { BlindIndex } from '../../platform/crypto/blind-index.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import type { Settled } from './harvest.policy.js';
import { DUE, JUDGE, NOTE, SWEEP, TAKE } from './user-queries.statement.js';

/** Events that say that a user gave a proof. A refused one says nothing: whoever has `verify` can cause it for any user id. */
const PROOFS: ReadonlySet<string> = new Set<AuditAction>(['verification.approved', 'factor.activated']);
/** An event that is read later than this is not a query of today. */
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

  /** Notes that the client asked about this user. The same costs for every user. */
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

  /** Takes what these events of the log say: every event of a client that names a user is a query. */
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

  /** Tenants with queries that have to be looked at. */
  async due(): Promise<string[]> {
    const rows = await this.database.runNamed<{ tenantId: string }>(DUE, { now: this.clock.now().toISOString() });
    return rows.map(({ tenantId }) => tenantId);
  }

  /** Settles what is due, and sweeps what is too old. */
  async settle(transaction: Transaction, tenantId: string): Promise<Settled[]> {
    const values = { tenant: tenantId, now: this.clock.now().toISOString() };
    await this.database.runNamed(SWEEP, values, transaction);
    return this.database.runNamed<Settled>(JUDGE, values, transaction);
  }

  private indexOf(tenantId: string, userId: string): Buffer {
    return this.index.of(tenantId, 'user-query', userId);
  }
}
