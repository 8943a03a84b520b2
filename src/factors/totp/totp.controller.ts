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
      'Opens a pending factor and shows its secret this once, as text, as `otpauth://` URI and as QR code. It counts only ' +
      'after its confirmation, and ends after ten minutes without one. For a user who was ever enrolled it ' +
      'takes a fresh assertion for `factors.add` or the ticket of a recovery in the header `Step-Up`, and may name a factor that it replaces: a factor ' +
      'is never added on the word of a token alone.',
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
