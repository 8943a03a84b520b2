import { Body, Controller, Param, Post } from '@nestjs/common';
import { CallOf, StepUpOf, type Call } from '../../contract/caller.js';
import { RouteContract } from '../../contract/route-contract.js';
import { UserId } from '../../users/user-id.dto.js';
import { EnrolTotp, TotpEnrolment } from './totp.dto.js';
import { TotpService } from './totp.service.js';

@Controller('v1/users/:userId/factors')
export class TotpController {
  constructor(private readonly totp: TotpService) {}

  @Post('totp')
  @RouteContract({
    summary: 'Enrol a TOTP authenticator',
    description:
      'Starts an enrolment and returns the secret, this once: as text, `otpauth://` URI and QR code. The ' +
      'factor is pending until it is confirmed, and expires after ten minutes. For a user who was ever ' +
      'enrolled, send a fresh assertion for `factors.add`, or the ticket of a recovery, in the header ' +
      '`Step-Up`. The request can name a factor that this one replaces. A token alone never adds a factor ' +
      'to an enrolled user.',
    auth: 'token',
    scope: 'factors:write',
    stepUp: 'factors.add',
    userQuery: 'counted',
    throttle: 'client',
    data: 'credential',
    audit: ['factor.enrolment_opened', 'step_up.refused'],
    answer: { status: 201, schema: TotpEnrolment },
    refusals: ['not_found', 'too_many_factors'],
    consumes: 'application/json',
  })
  enrol(
    @CallOf() call: Call,
    @Param('userId', { schema: UserId }) userId: string,
    @Body({ schema: EnrolTotp }) body: EnrolTotp,
    @StepUpOf() assertion: string | undefined,
  ): Promise<TotpEnrolment> {
    return this.totp.enrol(call, userId, { ...body, assertion });
  }
}
