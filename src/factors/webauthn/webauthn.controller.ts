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
      'Starts an enrolment and returns `publicKey`, the options for `navigator.credentials.create()`. The ' +
      "factor is pending until it is confirmed with the browser's result, and expires after ten minutes. " +
      'The tenant needs a relying party, which the operator sets. For a user who was ever enrolled, send a ' +
      'fresh assertion for `factors.add` in the header `Step-Up`. The request can name a factor that this ' +
      'one replaces.',
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
