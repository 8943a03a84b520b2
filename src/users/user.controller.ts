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
      'Lifts the locks of a user. Wrong codes stay counted: after the hundredth in 30 days codes stay stopped until the oldest are 30 days ' +
      'old, or until two clients reopen them. Make sure who asks, by other means than this service. Three unlocks of one user within a day ' +
      'raise an alert.',
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
      'Counts the wrong one-time codes of a user anew and lifts the locks, when two clients ask for it within an hour: the first call is ' +
      'answered with `asked`, the call of another client with `reopened`. Once in 30 days for one user. It hands whoever guesses a fresh ' +
      'hundred: a passkey, a recovery code or a new authenticator is the better way.',
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
