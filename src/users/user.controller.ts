import { Controller, Param, Post } from '@nestjs/common';
import { CallOf, type Call } from '../contract/caller.js';
import { RouteContract } from '../contract/route-contract.js';
import { UserId } from './user-id.dto.js';
import { UserService } from './user.service.js';

@Controller('v1/users/:userId')
export class UserController {
  constructor(private readonly users: UserService) {}

  @Post('unlock')
  @RouteContract({
    summary: 'Unlock a user',
    description:
      'Clears the lock and the counted failures of a user, also after the hundredth in 30 days. It hands whoever guesses a ' +
      'fresh budget too: make sure who asks, by other means than this service.',
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
}
