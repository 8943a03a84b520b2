// Confirms pending factors of every kind, by a proof that the user holds what was enrolled.
import { Injectable } from '@nestjs/common';
import type { Call } from '../contract/caller.js';
import { toTypeId } from '../platform/crypto/type-id.js';
import { Problem } from '../platform/errors/problem.js';
import { NO_STEP } from '../users/attempts/attempt.statement.js';
import { Decoys } from '../users/decoys.js';
import { Attempts } from '../users/attempts/attempts.js';
import type { ConfirmedFactor } from './factor.dto.js';
import type { Proof } from './factor-method.js';
import { FactorRows } from './factor-rows.repository.js';
import { FactorMethods } from './factor-methods.js';

@Injectable()
export class Confirmations {
  constructor(
    private readonly methods: FactorMethods,
    private readonly attempts: Attempts,
    private readonly rows: FactorRows,
    private readonly decoys: Decoys,
  ) {}

  /** @throws Problem `verification_refused`, the same for every reason. */
  async confirm(
    call: Call,
    userId: string,
    { id, proof }: { id: string | null; proof: Proof },
  ): Promise<ConfirmedFactor> {
    const method = this.methods.confirmable(proof);
    if (id === null) throw new Problem('verification_refused');
    const owner = { tenantId: call.tenantId, userId };
    const { isBound, bound } = await this.rows.confirmable({ ...owner, id });
    const match = await method.matchPending({ ...owner, id, proof });
    // SECURITY(T-47): a pending factor that the service did not write cannot be confirmed by any code.
    const checked = isBound
      ? match
      : { ...match, subject: { ...this.decoys.for(owner.tenantId, userId), isDecoy: true }, step: NO_STEP };
    const becomes = (at: Date) => ({ ...bound(at), ...match.bound?.(at) });
    await this.attempts.accept(method.confirmation, { call, userId, ...checked, bound: becomes });
    return { id: toTypeId('fac', id), type: method.type, status: 'active' };
  }
}
