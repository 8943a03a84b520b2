// The hot path: two statements and one commit. Loads what the code is judged against, judges it, and lets one statement
// claim the step or count the failure. An unknown user takes the same way over a decoy.
import { Injectable } from '@nestjs/common';
import type { Call } from '../contract/caller.js';
import { FactorMethods } from '../factors/factor-methods.js';
import { toTypeId } from '../platform/crypto/type-id.js';
import { Problem } from '../platform/errors/problem.js';
import { Assertions } from '../users/assertions/assertions.js';
import { Attempts } from '../users/attempts/attempts.js';
import { BrowserTokens } from '../users/browsers/browser-tokens.js';
import type { Verified, VerifyBody } from './verification.dto.js';

@Injectable()
export class VerificationService {
  constructor(
    private readonly methods: FactorMethods,
    private readonly attempts: Attempts,
    private readonly browsers: BrowserTokens,
    private readonly assertions: Assertions,
  ) {}

  /** @throws Problem `verification_refused`, always the same, whatever was wrong. */
  async verify(call: Call, userId: string, { code, endUser, ...binding }: VerifyBody): Promise<Verified> {
    const method = this.methods.forProof(code);
    const match = await method.match({ tenantId: call.tenantId, userId, proof: code });
    const browser = this.browsers.passFor(endUser);
    const attempt = { call, userId, ...match, browser: browser?.change, endUserAddress: endUser?.ip };
    const reason = await this.attempts.judge(method.attempt, attempt);
    if (reason !== null) throw new Problem('verification_refused');
    const { type: factorType, amr, acr, allowsStepUp } = method;
    const { factorId } = match.subject;
    const assertion = this.assertions.make(call, { userId, factorId, factorType, amr, acr, allowsStepUp }, binding);
    return { valid: true, factorId: toTypeId('fac', factorId), assertion, browserToken: browser?.token };
  }
}
