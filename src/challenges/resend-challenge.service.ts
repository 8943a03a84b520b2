// Resends the code of a challenge. The challenge is unchanged, and counted answers stay counted.
import { Injectable } from '@nestjs/common';
import type { Call } from '../contract/caller.js';
import { sendsChallenge } from '../factors/factor-method.js';
import { FactorMethods } from '../factors/factor-methods.js';
import { Clock } from '../platform/clock/clock.js';
import { fromTypeId } from '../platform/crypto/type-id.js';
import { Problem } from '../platform/errors/problem.js';
import { Resending } from '../phones/messages/resending.js';
import type { ResentChallenge } from './challenge.dto.js';
import { statusAt } from './challenge.policy.js';
import { ChallengeRepository } from './challenge.repository.js';

@Injectable()
export class ResendChallengeService {
  constructor(
    private readonly challenges: ChallengeRepository,
    private readonly methods: FactorMethods,
    private readonly resending: Resending,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws Problem `not_found` for an unknown challenge or another client's; `not_resendable` for one that is over or
   * sends nothing; `too_many_requests`.
   */
  async resend({ tenantId, clientId }: Call, challengeId: string): Promise<ResentChallenge> {
    const id = fromTypeId('chl', challengeId);
    const challenge = id === null ? null : await this.challenges.find({ tenantId, clientId, id });
    if (id === null || challenge === null) throw new Problem('not_found');
    const isOpen = statusAt(challenge, this.clock.nowMs()) === 'pending';
    const method = this.methods.of(challenge.type);
    if (!isOpen || !sendsChallenge(method) || !method.isResendable) throw new Problem('not_resendable');
    const { userId, createdAt, expiresAt } = challenge;
    const asked = { tenantId, clientId, userId, subjectId: id, createdAt, expiresAt };
    await this.resending.send({ ...asked, purpose: 'challenge' });
    return { id: challengeId, status: 'pending', expiresAt: expiresAt.toISOString() };
  }
}
