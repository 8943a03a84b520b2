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
      'Returns whether a phone number belongs to a user, for a form that asks “is this still your number?”. ' +
      'Limits: five numbers for a user and five users for a number a day, for unknown ones too. Each new ' +
      'pair also counts as a look-up of the client and the tenant. If you do not know who asks, use a blind ' +
      'look-up.',
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
      'Returns whether any user of your tenant has confirmed a number. Off until an operator turns it on. ' +
      'Limits: 50 an hour and 100 a day for a client, 300 a day for a tenant; every answer counts. Avoid ' +
      'it: with a stolen credential it confirms a hundred numbers a day, like the endpoint of 2024. A blind ' +
      'look-up gives the same information only to the person who holds the phone.',
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
