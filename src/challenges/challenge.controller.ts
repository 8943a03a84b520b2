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
      'Asks for one proof: for five minutes and five answers. `action` and `nonce` are fixed here and stand in the assertion ' +
      'that the right answer gives; of type `webauthn` they stand in what the authenticator signs (`publicKey`), of type ' +
      '`device` in what the device shows and signs: show your user the `matchCode`, and wait for what they decide. One client has ' +
      'at most three of those open for a user, and begins ten in ten minutes; then 429. Of type `phone` a code goes to the phone; five in ten ' +
      'minutes. Beyond the same numbers of all clients together nothing is shown or sent, and the answer is the same. A challenge of an unknown user looks and ages like any other, and no answer to it is right.',
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
    summary: 'Look at a challenge',
    description:
      'For the client that opened it, until an hour after its end; to any other it does not exist. With `wait` the answer comes when ' +
      'it is decided. The assertion of a code or credential was in the answer to the proof and is never shown again; that of a ' +
      'device stands here. That a challenge is approved lets nobody in; the assertion does.',
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
    summary: 'Send the code of a challenge again',
    description:
      'Of type `phone`: the same code, half a minute after the last one and four times at most. The challenge stays as it is, with the ' +
      'answers that were counted. The answer is the same for a user without a phone.',
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
      'Accepts one right answer. Every refusal is the same 422, and never a 404: a wrong or used code, a locked or unknown ' +
      "user, a challenge that is over, answered, of another type, another client's or unknown. Each judged answer is one of " +
      'the five, and a wrong code counts against its user as in `verify`.',
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
