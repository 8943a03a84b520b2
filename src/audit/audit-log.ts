// Writes audit events, always inside the transaction or statement of the change they tell of. The only writer.
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock/clock.js';
import { newUuid } from '../platform/crypto/type-id.js';
import type { Transaction } from '../platform/database/database.js';
import type { AuditAction, AuditDetails, AuditReason } from '../contract/audit-actions.js';

/** Who caused the event; an operator at the command line has neither address nor client. */
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
  constructor(private readonly clock: Clock) {}

  async record(transaction: Transaction, entry: AuditEntry): Promise<void> {
    const { actor, ...event } = entry;
    await transaction.auditEvent.create({
      data: { id: newUuid(this.clock), at: this.clock.now(), ...event, ...actorColumns(actor) },
      select: { id: true },
    });
  }

  /** The same event by an operator in the log of every tenant but some, in one statement. */
  async recordEverywhere(transaction: Transaction, action: AuditAction, except: readonly string[]): Promise<void> {
    await transaction.$executeRaw`
      INSERT INTO audit_events (tenant_id, id, at, action)
      SELECT id, gen_random_uuid(), ${this.clock.now()}::timestamptz, ${action} FROM tenants WHERE NOT id = ANY (${except}::uuid[])`;
  }
}

function actorColumns({ clientId, address, requestId }: Actor) {
  return {
    ...(clientId === undefined ? {} : { clientId }),
    ...(address === undefined ? {} : { address }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}
