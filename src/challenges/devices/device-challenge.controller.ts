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
    summary: 'List the challenges of this device',
    description:
      'Returns the open challenges of its user, at most three. Show action and context unchanged, and ask ' +
      'for the number that the application shows. The number is not in the response.',
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
    summary: 'Approve or deny a challenge',
    description:
      'Decides a challenge, with a signature over what was shown. One answer: a wrong number denies. In its ' +
      'cool-off (one day, a setting of the tenant) a new device cannot approve factor changes, but can ' +
      'deny. Every refusal of a decision is the same 422, never a 404.',
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
