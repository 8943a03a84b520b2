import { Body, Controller, Param, Post } from '@nestjs/common';
import { CallOf, type Call } from '../../contract/caller.js';
import { RouteContract } from '../../contract/route-contract.js';
import { UserId } from '../../users/user-id.dto.js';
import { AskedNumber, PhoneLookup, PhoneMatch } from './lookup.dto.js';
import { LookupService } from './lookup.service.js';

@Controller('v1')
export class LookupController {
  constructor(private readonly lookups: LookupService) {}

  @Post('users/:userId/phone-match')
  @RouteContract({
    summary: 'Ask whether a number is this user’s',
    description:
      'One boolean about one user and one number: for a form that says “is this still your number?”. Five numbers of a user and five ' +
      'users of a number a day, unknown ones alike; each new pair is one of the client’s and the tenant’s look-ups. The wrong choice ' +
      'where you do not know who asks: take a blind look-up.',
    auth: 'token',
    scope: 'phones:match',
    userQuery: 'logged',
    throttle: 'client',
    data: 'identifier',
    audit: ['phone.match_asked'],
    answer: { status: 200, schema: PhoneMatch },
    consumes: 'application/json',
  })
  async match(
    @CallOf() call: Call,
    @Param('userId', { schema: UserId }) userId: string,
    @Body({ schema: AskedNumber }) { phoneNumber }: AskedNumber,
  ): Promise<PhoneMatch> {
    return { match: await this.lookups.match(call, userId, phoneNumber) };
  }

  @Post('phone-lookups')
  @RouteContract({
    summary: 'Ask whether a number is registered',
    description:
      'One boolean about one number, in your own tenant. Off until an operator turns it on; 50 an hour and 100 a day of a client, 300 a day ' +
      'of a tenant, and every answer counts. The wrong choice for almost everything: with a stolen credential it is the endpoint of 2024 at ' +
      'a hundred numbers a day. A blind look-up tells the same to whoever holds the phone, and to nobody else.',
    auth: 'token',
    scope: 'phones:lookup',
    throttle: 'client',
    data: 'identifier',
    audit: ['phone.look_up_asked'],
    answer: { status: 200, schema: PhoneLookup },
    refusals: ['lookups_off'],
    consumes: 'application/json',
  })
  async lookUp(
    @CallOf() call: Call,
    @Body({ schema: AskedNumber }) { phoneNumber }: AskedNumber,
  ): Promise<PhoneLookup> {
    return { registered: await this.lookups.lookUp(call, phoneNumber) };
  }
}
