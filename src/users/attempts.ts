// Runs attempt statements. The only way to judge a proof: whoever holds a subject gets a verdict and a trace of it.
import { Injectable } from '@nestjs/common';
import type { RefusalReason } from '../audit/actions.js';
import type { Call } from '../contract/caller.js';
import { Clock } from '../platform/clock/clock.js';
import { newUuid } from '../platform/crypto/type-id.js';
import { Database, type Statement } from '../platform/database/database.js';
import { STOP_AT } from './attempt.policy.js';

/** Whose guard and factor are judged: a user's own, or a decoy's for whoever has none. */
export interface Subject {
  readonly tenantId: string;
  readonly userId: string;
  readonly factorId: string;
  /** The one code of the factor that a proof uses up, where a factor has several; else the factor is claimed. */
  readonly codeId?: string;
  readonly isDecoy: boolean;
}

export interface Attempt {
  readonly call: Call;
  /** The user id the caller named, for the audit event. */
  readonly userId: string;
  readonly subject: Subject;
  /** What the code matched, or NO_STEP. */
  readonly step: number;
}

// A decoy row keeps few failures: it must look like a user met for the first time, and it must never reach the stop.
const KEPT_OF_DECOY = 8;

@Injectable()
export class Attempts {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * @returns null when the proof was accepted, else why not; the reason is for the audit log only.
   * @throws Problem `service_unavailable`; then nothing was accepted.
   */
  async judge(statement: Statement, attempt: Attempt): Promise<RefusalReason | null> {
    const rows = await this.database.run<{ reason: RefusalReason | null }>(statement, this.valuesOf(attempt));
    const [row] = rows;
    // SECURITY(T-16): no row means that the subject's guard vanished; no verdict is a refusal.
    return row ? row.reason : 'not_enrolled';
  }

  private valuesOf({ call, userId, subject, step }: Attempt): unknown[] {
    const kept = subject.isDecoy ? KEPT_OF_DECOY : STOP_AT;
    const claimed = subject.codeId ?? subject.factorId;
    const judged = [subject.tenantId, subject.userId, claimed, step, this.clock.now().toISOString(), kept];
    const event = [call.tenantId, newUuid(this.clock), call.clientId, userId, call.address, call.requestId];
    return [...judged, subject.isDecoy ? 'not_enrolled' : null, ...event, subject.factorId];
  }
}
