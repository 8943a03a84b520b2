// Decisions of devices. The proof of an approval is verified as usual, on condition that the challenge is open. The
// waiting application is notified immediately.
import { Injectable } from '@nestjs/common';
import type { DeviceCall } from '../../contract/caller.js';
import { isStepUpAction } from '../../contract/step-up.js';
import { DeviceMethod } from '../../factors/devices/device-method.js';
import type { DeviceDecision } from '../../factors/devices/proofs/device-proof.js';
import { Clock } from '../../platform/clock/clock.js';
import { fromTypeId, newUuid, toTypeId } from '../../platform/crypto/type-id.js';
import { Problem } from '../../platform/errors/problem.js';
import { Attempts } from '../../users/attempts/attempts.js';
import { DECISIONS_CHANNEL } from '../decision-waiters.js';
import type { ChallengeContext } from './context.dto.js';
import { BoundDecisions } from './bound-decisions.js';
import { DecisionRefusals } from './decision-refusals.js';
import { CHALLENGE_WAITS } from './decision.statement.js';
import type { DecidedChallenge, DecisionBody, WaitingChallenges } from './device-challenge.dto.js';
import { DeviceChallengeRepository, type WaitingChallenge } from './device-challenge.repository.js';

@Injectable()
export class DeviceChallengeService {
  constructor(
    private readonly challenges: DeviceChallengeRepository,
    private readonly method: DeviceMethod,
    private readonly decisions: BoundDecisions,
    private readonly attempts: Attempts,
    private readonly refusals: DecisionRefusals,
    private readonly clock: Clock,
  ) {}

  async list(call: DeviceCall): Promise<WaitingChallenges> {
    return { data: (await this.challenges.waiting(call, this.clock.now())).map(shown) };
  }

  /**
   * @throws Problem `verification_refused`, the same for every reason; `device_cooling_off`, which leaves the challenge
   * unchanged.
   */
  async respond(call: DeviceCall, challengeId: string, body: DecisionBody): Promise<DecidedChallenge> {
    const id = fromTypeId('chl', challengeId);
    const waiting = id === null ? null : await this.challenges.find(call, id, this.clock.now());
    if (waiting === null) return this.refusals.refuse(call, null, 'challenge_over');
    const proof = { ...body, matchCode: body.matchCode, key: call.key };
    await (body.decision === 'approve' ? this.approve(call, waiting, proof) : this.deny(call, waiting, proof));
    return { id: challengeId, status: body.decision === 'approve' ? 'approved' : 'denied' };
  }

  private async approve(call: DeviceCall, challenge: WaitingChallenge, proof: DeviceDecision): Promise<void> {
    if (this.mustWait(call, challenge)) await this.refusals.refuse(call, challenge, 'device_cooling_off');
    const { tenantId, userId, factorId, address, requestId } = call;
    const match = await this.method.match({ tenantId, userId, factorId, challenge, proof });
    await this.attempts.accept(this.method.attempt, {
      call: { tenantId, clientId: null, address, requestId },
      userId,
      ...match,
      condition: CHALLENGE_WAITS,
      bound: (decidedAt) => ({
        decision_mac: this.decisions.macOf({ ...challenge, tenantId, userId, decidedBy: factorId, decidedAt }),
      }),
      values: { challenge: challenge.id, challenge_id: toTypeId('chl', challenge.id), channel: DECISIONS_CHANNEL },
    });
  }

  private async deny(call: DeviceCall, challenge: WaitingChallenge, proof: DeviceDecision): Promise<void> {
    const { id } = challenge;
    if (!this.method.isSigned(proof, { ...call, challenge }))
      await this.refusals.refuse(call, challenge, 'wrong_signature');
    const denial = { id, now: this.clock.now(), eventId: newUuid(this.clock) };
    if (!(await this.challenges.deny(call, denial, DECISIONS_CHANNEL))) throw new Problem('verification_refused');
  }

  // SECURITY(T-33): a device that an attacker added cannot approve factor changes before the owner has seen the notice.
  private mustWait({ coolsOffUntilMs }: DeviceCall, { action }: WaitingChallenge): boolean {
    const isChange = action !== null && isStepUpAction(action);
    return isChange && coolsOffUntilMs !== null && this.clock.nowMs() < coolsOffUntilMs;
  }
}

function shown({ id, action, context, expiresAt }: WaitingChallenge): WaitingChallenges['data'][number] {
  return {
    id: toTypeId('chl', id),
    ...(action === null ? {} : { action }),
    ...(context === null ? {} : { context: JSON.parse(context) as ChallengeContext }),
    expiresAt: expiresAt.toISOString(),
  };
}
