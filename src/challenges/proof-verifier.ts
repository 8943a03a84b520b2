// The common part of a verification and an answer to a challenge. Matches the proof, claims or counts it in one
// statement, and signs an assertion. An unknown user takes the same path over a decoy.
import { Injectable } from '@nestjs/common';
import type { Call } from '../contract/caller.js';
import type { ChallengeFacts, FactorMethod, Proof } from '../factors/factor-method.js';
import { FactorMethods } from '../factors/factor-methods.js';
import { toTypeId } from '../platform/crypto/type-id.js';
import type { NamedValues } from '../platform/database/named-statement.js';
import { Assertions, type Binding } from '../users/assertions/assertions.js';
import type { Condition } from '../users/attempts/attempt.statement.js';
import { Attempts, type Attempt } from '../users/attempts/attempts.js';
import { BrowserTokens } from '../users/browsers/browser-tokens.js';
import type { EndUser } from '../users/browsers/end-user.dto.js';

/** The challenge that a proof answers. */
export interface Answered {
  /** Whether it belongs to the calling client. If not, the event names no user. */
  readonly isTheirs: boolean;
  /** The only factor that can match. Null: any of the method. */
  readonly factorId: string | null;
  readonly facts: ChallengeFacts;
  readonly condition: Condition;
  /** Parameters of the condition, from the method of the proof. */
  readonly values: (method: FactorMethod) => NamedValues;
}

export interface Presentation {
  readonly userId: string;
  readonly proof: Proof;
  /** What the assertion is bound to. */
  readonly binding: Binding;
  readonly endUser: EndUser | undefined;
  readonly answered?: Answered;
}

export interface Accepted {
  /** TypeID. */
  readonly factorId: string;
  readonly assertion: string;
  readonly browserToken: string | undefined;
}

@Injectable()
export class ProofVerifier {
  constructor(
    private readonly methods: FactorMethods,
    private readonly attempts: Attempts,
    private readonly browsers: BrowserTokens,
    private readonly assertions: Assertions,
  ) {}

  /** @throws Problem `verification_refused`, the same for every reason. */
  async verify(call: Call, { userId, proof, binding, endUser, answered }: Presentation): Promise<Accepted> {
    const method = this.methods.forProof(proof);
    const asked = answered && { factorId: answered.factorId, challenge: answered.facts };
    const match = await method.match({ tenantId: call.tenantId, userId, proof, ...asked });
    const browser = this.browsers.passFor(endUser);
    const attempt = { call, userId, ...match, browser: browser?.change, endUserAddress: endUser?.ip };
    await this.attempts.accept(method.attempt, answered ? under(answered, method, attempt) : attempt);
    const { type: factorType, amr, acr, allowsStepUp } = method;
    const { factorId } = match.subject;
    const assertion = this.assertions.make(call, { userId, factorId, factorType, amr, acr, allowsStepUp }, binding);
    return { factorId: toTypeId('fac', factorId), assertion, browserToken: browser?.token };
  }
}

/** The attempt, on condition that the challenge is open. */
function under({ isTheirs, condition, values }: Answered, method: FactorMethod, attempt: Attempt): Attempt {
  const userId = isTheirs ? attempt.userId : null;
  return { ...attempt, userId, condition, values: { ...attempt.values, ...values(method) } };
}
