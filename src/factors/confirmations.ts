// Makes pending factors active, whatever their kind, against a proof that the user holds what was enrolled.
import { Injectable } from '@nestjs/common';
import type { Call } from '../contract/caller.js';
import { toTypeId } from '../platform/crypto/type-id.js';
import { Problem } from '../platform/errors/problem.js';
import { Attempts } from '../users/attempts/attempts.js';
import type { ConfirmedFactor } from './confirmation.dto.js';
import type { Proof } from './factor-method.js';
import { FactorMethods } from './factor-methods.js';

@Injectable()
export class Confirmations {
  constructor(
    private readonly methods: FactorMethods,
    private readonly attempts: Attempts,
  ) {}

  /** @throws Problem `verification_refused`, always the same, whatever was wrong. */
  async confirm(
    call: Call,
    userId: string,
    { id, proof }: { id: string | null; proof: Proof },
  ): Promise<ConfirmedFactor> {
    const method = this.methods.confirmable(proof);
    if (id === null) throw new Problem('verification_refused');
    const match = await method.matchPending({ tenantId: call.tenantId, userId, id, proof });
    const reason = await this.attempts.judge(method.confirmation, { call, userId, ...match });
    if (reason !== null) throw new Problem('verification_refused');
    return { id: toTypeId('fac', id), type: method.type, status: 'active' };
  }
}
