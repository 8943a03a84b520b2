// Spends assertions for clients that verify online.
import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../audit/audit-log.js';
import type { Call } from '../../contract/caller.js';
import { Clock, dateAt } from '../../platform/clock/clock.js';
import { fromTypeId, newUuid } from '../../platform/crypto/type-id.js';
import { Database } from '../../platform/database/database.js';
import { Problem } from '../../platform/errors/problem.js';
import type { SpentAssertion } from './assertion.dto.js';
import { Assertions } from './assertions.js';
import { SpendingRepository } from './spending.repository.js';

@Injectable()
export class AssertionService {
  constructor(
    private readonly assertions: Assertions,
    private readonly spending: SpendingRepository,
    private readonly database: Database,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem `verification_refused`: forged, expired, another client's, spent, or its factor was removed. */
  async spend(call: Call, assertion: string): Promise<SpentAssertion> {
    const claims = this.assertions.forClient(call, assertion);
    const factorId = claims && fromTypeId('fac', claims.factor_id);
    if (!claims || !factorId) throw await this.refused(call);
    const reason = await this.spending.spend({
      tenantId: call.tenantId,
      jti: claims.jti,
      expiresAt: dateAt(claims.exp * 1_000),
      now: this.clock.now(),
      userId: claims.sub,
      factorId,
      eventId: newUuid(this.clock),
      clientId: call.clientId,
      address: call.address,
      requestId: call.requestId,
    });
    if (reason !== null) throw new Problem('verification_refused');
    const { action, nonce } = claims;
    return {
      valid: true,
      userId: claims.sub,
      factorId: claims.factor_id,
      ...(action === undefined ? {} : { action }),
      ...(nonce === undefined ? {} : { nonce }),
    };
  }

  // Claims of an unverified text must not reach the event.
  private async refused(call: Call): Promise<Problem> {
    const entry = {
      tenantId: call.tenantId,
      action: 'assertion.refused',
      reason: 'assertion_not_valid',
      actor: call,
    } as const;
    await this.database.inTransaction((transaction) => this.audit.record(transaction, entry));
    return new Problem('verification_refused');
  }
}
