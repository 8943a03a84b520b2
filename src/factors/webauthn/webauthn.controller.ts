import { Body, Controller, Param, Post } from '@nestjs/common';
import { CallOf, StepUpOf, type Call } from '../../contract/caller.js';
import { RouteContract } from '../../contract/route-contract.js';
import { UserId } from '../../users/user-id.dto.js';
import { EnrolWebAuthn, WebAuthnEnrolment } from './webauthn.dto.js';
import { WebAuthnService } from './webauthn.service.js';

@Controller('v1/users/:userId/factors')
export class WebAuthnController {
  constructor(private readonly webauthn: WebAuthnService) {}

  @Post('webauthn')
  @RouteContract({
    summary: 'Enrol a passkey or security key',
    description:
      'Opens a pending factor and says what the browser is to make (`publicKey`, for `navigator.credentials.create()`). It ' +
      'counts only after its confirmation with what the browser made, and ends after ten minutes without one. The tenant needs ' +
      'a relying party, which its operator sets. For a user who was ever enrolled it takes a fresh assertion for ' +
      '`factors.add` in the header `Step-Up`, and may name a factor that it replaces.',
    auth: 'token',
    scope: 'factors:write',
    stepUp: 'factors.add',
    userQuery: 'counted',
    throttle: 'client',
    data: 'identifier',
    audit: ['factor.enrolment_opened', 'step_up.refused'],
    answer: { status: 201, schema: WebAuthnEnrolment },
    refusals: ['not_found', 'webauthn_not_configured'],
    consumes: 'application/json',
  })
  enrol(
    @CallOf() call: Call,
    @Param('userId', { schema: UserId }) userId: string,
    @Body({ schema: EnrolWebAuthn }) body: EnrolWebAuthn,
    @StepUpOf() assertion: string | undefined,
  ): Promise<WebAuthnEnrolment> {
    return this.webauthn.enrol(call, userId, { ...body, assertion });
  }
}
