// What a verification and an answer to a challenge have in common: match the proof, let one statement judge it, and say in an
// assertion what was proven. A user who is unknown takes the same way over a decoy.
import { Injectable } from '@nestjs/common';
import type { Call } from '../contract/caller.js';
import type { ChallengeFacts, Proof } from '../factors/factor-method.js';
import { FactorMethods } from '../factors/factor-methods.js';
import { toTypeId } from '../platform/crypto/type-id.js';
import type { NamedValues } from '../platform/database/named-statement.js';
import { Problem } from '../platform/errors/problem.js';
import { Assertions, type Binding } from '../users/assertions/assertions.js';
import type { Condition } from '../users/attempts/attempt.statement.js';
import { Attempts } from '../users/attempts/attempts.js';

export interface Presentation {
  readonly userId: string;
  readonly proof: Proof;
  /** What the assertion is bound to. */
  readonly binding: Binding;
  readonly endUserAddress: string | undefined;
  /** The challenge that it answers. */
  readonly answered?: Answered;
}

export interface Answered {
  /** The only factor that may match; null: any of the method's. */
  readonly factorId: string | null;
  readonly facts: ChallengeFacts;
  readonly condition: Condition;
  /** Parameters of the condition. */
  readonly values: NamedValues;
}

export interface Accepted {
  /** TypeID. */
  readonly factorId: string;
  readonly assertion: string;
}

@Injectable()
export class Proofs {
  constructor(
    private readonly methods: FactorMethods,
    private readonly attempts: Attempts,
    private readonly assertions: Assertions,
  ) {}

  /** @throws Problem `verification_refused`, always the same, whatever was wrong. */
  async judge(call: Call, { userId, proof, binding, endUserAddress, answered }: Presentation): Promise<Accepted> {
    const method = this.methods.forProof(proof);
    const { tenantId } = call;
    const asked = answered && { factorId: answered.factorId, challenge: answered.facts };
    const match = await method.match({ tenantId, userId, proof, ...asked });
    const reason = await this.attempts.judge(method.attempt, {
      call,
      userId,
      ...match,
      ...(answered && {
        condition: answered.condition,
        values: { ...match.values, ...answered.values, challenge_type: method.type },
      }),
      endUserAddress,
    });
    if (reason !== null) throw new Problem('verification_refused');
    const { type: factorType, amr, acr, allowsStepUp } = method;
    const { factorId } = match.subject;
    const assertion = this.assertions.make(call, { userId, factorId, factorType, amr, acr, allowsStepUp }, binding);
    return { factorId: toTypeId('fac', factorId), assertion };
  }
}
