// Shows challenges to the client that opened them, and waits for the decision of a device.
import { Injectable } from '@nestjs/common';
import type { Call } from '../contract/caller.js';
import { isDecidedElsewhere } from '../factors/factor-method.js';
import { FactorMethods } from '../factors/factor-methods.js';
import { Clock } from '../platform/clock/clock.js';
import { fromTypeId, toTypeId } from '../platform/crypto/type-id.js';
import { Problem } from '../platform/errors/problem.js';
import { Assertions } from '../users/assertions/assertions.js';
import type { ShownChallenge, ShowQuery } from './challenge.dto.js';
import { statusAt } from './challenge.policy.js';
import { ChallengeRepository, type Challenge, type ChallengeKey } from './challenge.repository.js';
import { BoundDecisions } from './devices/bound-decisions.js';
import { DecisionWaiters } from './decision-waiters.js';

@Injectable()
export class ChallengeService {
  constructor(
    private readonly challenges: ChallengeRepository,
    private readonly methods: FactorMethods,
    private readonly assertions: Assertions,
    private readonly decisions: DecisionWaiters,
    private readonly bound: BoundDecisions,
    private readonly clock: Clock,
  ) {}

  /**
   * Waits up to `wait` seconds for the decision. `gone` aborts the wait.
   * @throws Problem `not_found` for an unknown challenge or another client's.
   */
  async show(
    call: Call,
    challengeId: string,
    { wait, gone }: ShowQuery & { gone: AbortSignal },
  ): Promise<ShownChallenge> {
    const id = fromTypeId('chl', challengeId);
    const { tenantId, clientId } = call;
    const challenge = id === null ? null : await this.looked({ tenantId, clientId, id }, wait * 1_000, gone);
    if (id === null || challenge === null) throw new Problem('not_found');
    const { type, expiresAt } = challenge;
    const isTrusted = this.isTrusted(call, id, challenge);
    const status = isTrusted ? statusAt(challenge, this.clock.nowMs()) : 'denied';
    const outcome = isTrusted ? this.outcome(call, id, challenge) : {};
    return { id: challengeId, type, status, expiresAt: expiresAt.toISOString(), ...outcome };
  }

  /** False if the service did not write this approval. */
  private isTrusted({ tenantId, clientId }: Call, id: string, challenge: Challenge): boolean {
    const { decidedBy, decidedAt, status, decisionMac } = challenge;
    if (status !== 'approved' || decidedBy === null || decidedAt === null) return true;
    return this.bound.isBound({ ...challenge, tenantId, clientId, id, decidedBy, decidedAt }, decisionMac);
  }

  private async looked(key: ChallengeKey, waitMs: number, gone: AbortSignal): Promise<Challenge | null> {
    const until = performance.now() + waitMs;
    const { clientId, id: challengeId } = key;
    const watch = waitMs > 0 ? await this.decisions.watch({ clientId, challengeId, gone }) : null;
    try {
      for (;;) {
        const found = await this.challenges.find(key);
        const left = Math.min(until - performance.now(), this.pendingMs(found));
        if (!watch || left <= 0 || gone.aborted || this.decisions.isOver) return found;
        await watch.next(left);
      }
    } finally {
      watch?.end();
    }
  }

  /** Milliseconds to wait for a decision. 0 if it is decided, over or unknown, or if the client itself answers it. */
  private pendingMs(challenge: Challenge | null): number {
    const nowMs = this.clock.nowMs();
    if (challenge === null || !isDecidedElsewhere(this.methods.of(challenge.type))) return 0;
    return statusAt(challenge, nowMs) === 'pending' ? challenge.expiresAt.getTime() - nowMs : 0;
  }

  /**
   * SECURITY(T-35): each read makes the assertion of the device's approval again, with the same id. So it can be spent
   * once.
   */
  private outcome(call: Call, id: string, { type, userId, decidedBy, decidedAt, status, ...bound }: Challenge) {
    if (status !== 'approved' || decidedBy === null || decidedAt === null) return {};
    const { amr, acr, allowsStepUp } = this.methods.of(type);
    const proven = { userId, factorId: decidedBy, factorType: type, amr, acr, allowsStepUp };
    const binding = { action: bound.action ?? undefined, nonce: bound.nonce ?? undefined };
    const assertion = this.assertions.makeAsOf(call, proven, { ...binding, jti: id, atMs: decidedAt.getTime() });
    return { factorId: toTypeId('fac', decidedBy), ...(assertion === null ? {} : { assertion }) };
  }
}
