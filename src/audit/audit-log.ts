// Writes audit events in the transaction of the change. A statement that makes a change by itself adds its event
// with audit-event.statement.ts.
import { Injectable } from '@nestjs/common';
import { insertEvents, NEW_EVENT_ID } from './audit-event.statement.js';
import { Clock } from '../platform/clock/clock.js';
import { newUuid } from '../platform/crypto/type-id.js';
import { Database, type Transaction } from '../platform/database/database.js';
import { named, type NamedStatement } from '../platform/database/named-statement.js';
import type { AuditAction, AuditDetails, AuditReason } from '../contract/audit-actions.js';

/** The cause of the event. An operator at the command line has neither address nor client. */
export interface Actor {
  readonly clientId?: string;
  readonly address?: string;
  readonly requestId?: string;
}

export interface AuditEntry {
  readonly tenantId: string;
  readonly action: AuditAction;
  readonly reason?: AuditReason;
  readonly userId?: string;
  readonly targetId?: string;
  readonly details?: AuditDetails;
  readonly actor: Actor;
}

@Injectable()
export class AuditLog {
  constructor(
    private readonly clock: Clock,
    private readonly database: Database,
  ) {}

  async record(transaction: Transaction, entry: AuditEntry): Promise<void> {
    const { actor, ...event } = entry;
    await transaction.auditEvent.create({
      data: { id: newUuid(this.clock), at: this.clock.now(), ...event, ...actorColumns(actor) },
      select: { id: true },
    });
  }

  /** Writes the same event by an operator to the log of every tenant except some, in one statement. */
  async recordEverywhere(transaction: Transaction, action: AuditAction, except: readonly string[]): Promise<void> {
    const values = { now: this.clock.now().toISOString(), except };
    await this.database.runNamed(everywhere(action), values, transaction);
  }
}

function everywhere(action: AuditAction): NamedStatement {
  const from = 'FROM tenants WHERE NOT id = ANY (:except::uuid[])';
  return named(`audit_everywhere ${action}`, insertEvents({ action, tenantId: 'id', id: NEW_EVENT_ID, from }));
}

function actorColumns({ clientId, address, requestId }: Actor) {
  return {
    ...(clientId === undefined ? {} : { clientId }),
    ...(address === undefined ? {} : { address }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}
