import { Controller, Param, Post } from '@nestjs/common';
import { CallOf, type Call } from '../contract/caller.js';
import { RouteContract } from '../contract/route-contract.js';
import { UserId } from './user-id.dto.js';
import { CodesReopening } from './reopening/reopening.dto.js';
import { ReopeningService } from './reopening/reopening.service.js';
import { UserService } from './user.service.js';

@Controller('v1/users/:userId')
export class UserController {
  constructor(
    private readonly users: UserService,
    private readonly reopenings: ReopeningService,
  ) {}

  @Post('unlock')
  @RouteContract({
    summary: 'Unlock a user',
    description:
      'Lifts the locks of a user. Wrong codes stay counted. After a hundred in 30 days, codes are stopped ' +
      'until the oldest are 30 days old, or until two clients reopen them. Check the person’s identity by ' +
      'other means first. Three unlocks of one user in a day raise an alert.',
    auth: 'token',
    scope: 'tenant:admin',
    userQuery: 'counted',
    throttle: 'client',
    data: 'identifier',
    audit: ['user.unlocked'],
    answer: { status: 204 },
    refusals: ['not_found'],
  })
  unlock(@CallOf() call: Call, @Param('userId', { schema: UserId }) userId: string): Promise<void> {
    return this.users.unlock(call, userId);
  }

  @Post('reopen-codes')
  @RouteContract({
    summary: 'Reopen the codes of a user',
    description:
      'Resets the count of a user’s wrong one-time codes and lifts the locks. Two clients must call it ' +
      'within an hour: the first gets `asked`, the second `reopened`. At most once in 30 days for a user. ' +
      'It allows an attacker another hundred guesses. Prefer a passkey, a recovery code or a new ' +
      'authenticator.',
    auth: 'token',
    scope: 'tenant:admin',
    userQuery: 'counted',
    throttle: 'client',
    data: 'identifier',
    audit: ['user.codes_reopening_asked', 'user.codes_reopened', 'user.codes_reopening_refused'],
    answer: { status: 200, schema: CodesReopening },
    refusals: ['second_client_required', 'not_found', 'codes_reopened'],
  })
  reopen(@CallOf() call: Call, @Param('userId', { schema: UserId }) userId: string): Promise<CodesReopening> {
    return this.reopenings.reopen(call, userId);
  }
}
