import { Body, Controller, Param, Post } from '@nestjs/common';
import { CallOf, type Call } from '../../contract/caller.js';
import { RouteContract } from '../../contract/route-contract.js';
import { AnswerBlindLookupService } from './answer-blind-lookup.service.js';
import { StartBlindLookupService } from './start-blind-lookup.service.js';
import { AnsweredLookup, AnswerLookup, BeginLookup, BegunLookup, LookupId } from './blind-lookup.dto.js';

@Controller('v1/blind-lookups')
export class BlindLookupController {
  constructor(
    private readonly starts: StartBlindLookupService,
    private readonly answers: AnswerBlindLookupService,
  ) {}

  @Post()
  @RouteContract({
    summary: 'Begin a blind look-up (recommended)',
    description:
      'For “sign in with your number”: a code goes to the phone, if exactly one of your users has confirmed it within a year, and the answer ' +
      'here is the same for every number. Who it is you learn against the code, from the person who holds the phone. Pass `endUser.ip`: half ' +
      'of every limit is reserved for people at addresses that answered a look-up within 30 days. Strangers: three an hour and ten a day of ' +
      'one number, 500 a day of a client, half of what the tenant takes (`--blind-cap`, 1,000 a day). Where all clients together have asked ' +
      'about the number as often, the answer is the same and no code is sent.',
    auth: 'token',
    scope: 'phones:blind',
    throttle: 'client',
    data: 'identifier',
    audit: ['blind_lookup.begun'],
    answer: { status: 202, schema: BegunLookup },
    refusals: ['phones_off'],
    consumes: 'application/json',
  })
  begin(@CallOf() call: Call, @Body({ schema: BeginLookup }) body: BeginLookup): Promise<BegunLookup> {
    return this.starts.start(call, body);
  }

  @Post(':lookupId/answer')
  @RouteContract({
    summary: 'Answer a blind look-up',
    description:
      'Gives the user against the code, once, to the client that began it. Every refusal is the same 422: a wrong code, a number that nobody ' +
      'has, one that two users have, a look-up that is over or another client’s. Five answers of a look-up are judged. A user id is no ' +
      'proof of who signs in: go on with a factor.',
    auth: 'token',
    scope: 'phones:blind',
    throttle: 'client',
    data: 'credential',
    audit: ['blind_lookup.answered', 'blind_lookup.refused'],
    answer: { status: 200, schema: AnsweredLookup },
    refusals: ['verification_refused'],
    consumes: 'application/json',
  })
  answer(
    @CallOf() call: Call,
    @Param('lookupId', { schema: LookupId }) lookupId: string,
    @Body({ schema: AnswerLookup }) { code }: AnswerLookup,
  ): Promise<AnsweredLookup> {
    return this.answers.answer(call, lookupId, code);
  }
}
