import { Body, Controller, Param, Post } from '@nestjs/common';
import { CallOf, type Call } from '../../contract/caller.js';
import { RouteContract } from '../../contract/route-contract.js';
import { RecoveryState } from '../../users/recovery/recovery.dto.js';
import { UserId } from '../../users/user-id.dto.js';
import { BeginRecovery } from './start-recovery.dto.js';
import { StartRecoveryService } from './start-recovery.service.js';

@Controller('v1/users/:userId/recovery')
export class StartRecoveryController {
  constructor(private readonly recoveries: StartRecoveryService) {}

  @Post()
  @RouteContract({
    summary: 'Start a recovery',
    description:
      'Starts a recovery, for a user who lost all factors. `{"code"}`, a recovery code (`factors:write`): ' +
      'the delay of the tenant starts immediately. Every refusal is the same 422. `{"reason"}`, a reset ' +
      '(`tenant:admin`): another client has to approve it within an hour. Tell the user on all your ' +
      'channels: any proof of theirs cancels it. After the delay a ticket allows one enrolment.',
    auth: 'token',
    scope: 'factors:write',
    orScope: 'tenant:admin',
    userQuery: 'counted',
    throttle: 'client',
    data: 'credential',
    audit: ['recovery.begun', 'recovery.asked', 'recovery.refused', 'recovery.vetoed', 'factor.recovery_codes_low'],
    answer: { status: 202, schema: RecoveryState },
    refusals: ['verification_refused', 'not_found', 'recovery_open'],
    consumes: 'application/json',
  })
  begin(
    @CallOf() call: Call,
    @Param('userId', { schema: UserId }) userId: string,
    @Body({ schema: BeginRecovery }) body: BeginRecovery,
  ): Promise<RecoveryState> {
    return this.recoveries.begin(call, userId, body);
  }
}
