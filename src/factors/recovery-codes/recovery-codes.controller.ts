import { Controller, Param, Post } from '@nestjs/common';
import { CallOf, StepUpOf, type Call } from '../../contract/caller.js';
import { RouteContract } from '../../contract/route-contract.js';
import { UserId } from '../../users/user-id.dto.js';
import { RecoveryCodes } from './recovery-codes.dto.js';
import { RecoveryCodesService } from './recovery-codes.service.js';

@Controller('v1/users/:userId/factors')
export class RecoveryCodesController {
  constructor(private readonly recoveryCodes: RecoveryCodesService) {}

  @Post('recovery-codes')
  @RouteContract({
    summary: 'Make recovery codes',
    description:
      'Returns ten recovery codes for a user who loses the authenticator. Shown this once; each code counts ' +
      'once. Earlier codes are void. Needs a fresh assertion for `factors.regenerate` in the header ' +
      '`Step-Up`. The codes are never the first factor, and they are removed with the last other one.',
    auth: 'token',
    scope: 'factors:write',
    stepUp: 'factors.regenerate',
    userQuery: 'logged',
    throttle: 'client',
    data: 'credential',
    audit: ['factor.recovery_codes_generated', 'step_up.refused'],
    answer: { status: 201, schema: RecoveryCodes },
  })
  generate(
    @CallOf() call: Call,
    @Param('userId', { schema: UserId }) userId: string,
    @StepUpOf() assertion: string | undefined,
  ): Promise<RecoveryCodes> {
    return this.recoveryCodes.generate(call, userId, assertion);
  }
}
