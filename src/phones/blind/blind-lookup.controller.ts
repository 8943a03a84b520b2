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
    summary: 'Start a blind look-up (recommended)',
    description:
      'Finds a user by phone number, for “sign in with your number”. Sends a code to the phone if exactly ' +
      'one of your users has confirmed the number within a year. The response is the same for every number. ' +
      'The person who holds the phone gives you the code; answer with it to learn the user. Pass ' +
      '`endUser.ip`: half of every limit is reserved for addresses that answered a look-up within 30 days. ' +
      'Other addresses can look up one number three times an hour and ten times a day. Together they have ' +
      '500 look-ups a day of a client, and half of the tenant’s limit (`--blind-cap`, 1,000 a day). If all ' +
      'clients together reach the limits of the number, the response is the same and no code is sent.',
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
      'Returns the user for the code, once, to the client that started the look-up. Every refusal is the ' +
      'same 422: a wrong code, and a number that no user or several users have. It also covers a look-up ' +
      'that is over or another client’s. At most five answers are verified. A user id does not prove who ' +
      'signs in: continue with a factor.',
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
