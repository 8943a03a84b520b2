import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { DeviceCallOf, type DeviceCall } from '../../contract/caller.js';
import { RouteContract } from '../../contract/route-contract.js';
import { ChallengeId } from '../challenge.dto.js';
import { DecidedChallenge, DecisionBody, WaitingChallenges } from './device-challenge.dto.js';
import { DeviceChallengeService } from './device-challenge.service.js';

@Controller('v1/device/challenges')
export class DeviceChallengeController {
  constructor(private readonly challenges: DeviceChallengeService) {}

  @Get()
  @RouteContract({
    summary: 'See what waits for this device',
    description:
      'The open challenges of its user, three at most: show action and context as they are, and ask for the number that the ' +
      'application shows. It is not in here.',
    auth: 'device',
    throttle: 'device',
    data: 'identifier',
    audit: [],
    answer: { status: 200, schema: WaitingChallenges },
  })
  list(@DeviceCallOf() call: DeviceCall): Promise<WaitingChallenges> {
    return this.challenges.list(call);
  }

  @Post(':challengeId/respond')
  @RouteContract({
    summary: 'Approve or deny',
    description:
      'Signed over what was shown. One answer: a wrong number denies. A new device approves no change to factors for a day (a ' +
      'setting of the tenant), and may always deny. Every refusal of a decision is the same 422, and never a 404.',
    auth: 'device',
    throttle: 'device',
    data: 'credential',
    audit: [
      'verification.approved',
      'verification.refused',
      'challenge.denied',
      'challenge.decision_refused',
      'recovery.vetoed',
    ],
    answer: { status: 200, schema: DecidedChallenge },
    refusals: ['verification_refused', 'device_cooling_off'],
    consumes: 'application/json',
  })
  respond(
    @DeviceCallOf() call: DeviceCall,
    @Param('challengeId', { schema: ChallengeId }) challengeId: string,
    @Body({ schema: DecisionBody }) body: DecisionBody,
  ): Promise<DecidedChallenge> {
    return this.challenges.respond(call, challengeId, body);
  }
}
