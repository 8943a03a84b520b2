import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { CallOf, DisconnectOf, IdempotencyKeyOf, type Call } from '../contract/caller.js';
import { RouteContract } from '../contract/route-contract.js';
import { UserId } from '../users/user-id.dto.js';
import { AnswerChallengeService } from './answer-challenge.service.js';
import {
  AnswerBody,
  AnsweredChallenge,
  ChallengeId,
  OpenChallenge,
  OpenedChallenge,
  ResentChallenge,
  ShownChallenge,
  ShowQuery,
} from './challenge.dto.js';
import { ChallengeService } from './challenge.service.js';
import { OpenChallengeService } from './open-challenge.service.js';
import { ResendChallengeService } from './resend-challenge.service.js';

@Controller('v1')
export class ChallengeController {
  constructor(
    private readonly openings: OpenChallengeService,
    private readonly challenges: ChallengeService,
    private readonly answers: AnswerChallengeService,
    private readonly resends: ResendChallengeService,
  ) {}

  @Post('users/:userId/challenges')
  @RouteContract({
    summary: 'Open a challenge',
    description:
      'Opens a challenge: a request for one proof, open for five minutes and five answers. The assertion of ' +
      'the right answer holds its `action` and `nonce`. Type `webauthn`: `publicKey` holds the options for ' +
      'the browser. The signed bytes commit to action and nonce. Type `device`: the device shows and signs ' +
      'the action. Show your user the `matchCode` and wait for the decision. Type `phone`: a code is sent ' +
      'to the phone, at most five in ten minutes. Of type `device`, a client has at most three open ' +
      'challenges for a user and opens at most ten in ten minutes; then 429. If all clients together reach ' +
      'these limits, nothing is shown or sent, and the response is the same. A challenge of an unknown user ' +
      'looks the same; every answer to it is refused.',
    auth: 'token',
    scope: 'verify',
    idempotent: true,
    userQuery: 'logged',
    throttle: 'client',
    data: 'identifier',
    audit: ['challenge.created'],
    answer: { status: 201, schema: OpenedChallenge },
    refusals: ['webauthn_not_configured', 'phones_off'],
    consumes: 'application/json',
  })
  open(
    @CallOf() call: Call,
    @Param('userId', { schema: UserId }) userId: string,
    @Body({ schema: OpenChallenge }) body: OpenChallenge,
    @IdempotencyKeyOf() idempotencyKey: string | undefined,
  ): Promise<OpenedChallenge> {
    return this.openings.open(call, userId, { ...body, idempotencyKey });
  }

  @Get('challenges/:challengeId')
  @RouteContract({
    summary: 'Read a challenge',
    description:
      'Returns the challenge to the client that opened it, until an hour after its end. Other clients get ' +
      '404. With `wait`, the call returns when the device decides. The assertion of a device is in this ' +
      'response. The assertion of a code or credential was in the response to the answer and is not shown ' +
      'again. Do not trust `status: approved` alone. Verify the assertion.',
    auth: 'token',
    scope: 'verify',
    throttle: 'client',
    data: 'credential',
    audit: [],
    answer: { status: 200, schema: ShownChallenge },
    refusals: ['not_found'],
  })
  show(
    @CallOf() call: Call,
    @Param('challengeId', { schema: ChallengeId }) challengeId: string,
    @Query({ schema: ShowQuery }) { wait }: ShowQuery,
    @DisconnectOf() gone: AbortSignal,
  ): Promise<ShownChallenge> {
    return this.challenges.show(call, challengeId, { wait, gone });
  }

  @Post('challenges/:challengeId/resend')
  @RouteContract({
    summary: 'Resend the code of a challenge',
    description:
      'Sends the same code again. Of type `phone` only; at the earliest 30 seconds after the last one, at ' +
      'most four times. The challenge is unchanged, and counted answers stay counted. The response is the ' +
      'same for a user without a phone.',
    auth: 'token',
    scope: 'verify',
    throttle: 'client',
    data: 'identifier',
    audit: [],
    answer: { status: 202, schema: ResentChallenge },
    refusals: ['not_found', 'not_resendable'],
  })
  resend(
    @CallOf() call: Call,
    @Param('challengeId', { schema: ChallengeId }) challengeId: string,
  ): Promise<ResentChallenge> {
    return this.resends.resend(call, challengeId);
  }

  @Post('challenges/:challengeId/answer')
  @RouteContract({
    summary: 'Answer a challenge',
    description:
      'Accepts one right answer and returns an assertion. Every refusal is the same 422, never a 404. It ' +
      'covers a wrong or used code, a locked or unknown user, and a challenge that is over or answered. It ' +
      'also covers a challenge that is unknown, of another type or of another client. Each verified answer ' +
      'is one of the five. A wrong code counts against its user as in `verify`.',
    auth: 'token',
    scope: 'verify',
    throttle: 'client',
    data: 'credential',
    audit: ['verification.approved', 'verification.refused', 'factor.recovery_codes_low', 'recovery.vetoed'],
    answer: { status: 200, schema: AnsweredChallenge },
    refusals: ['verification_refused'],
    consumes: 'application/json',
  })
  answer(
    @CallOf() call: Call,
    @Param('challengeId', { schema: ChallengeId }) challengeId: string,
    @Body({ schema: AnswerBody }) body: AnswerBody,
  ): Promise<AnsweredChallenge> {
    return this.answers.answer(call, challengeId, body);
  }
}
