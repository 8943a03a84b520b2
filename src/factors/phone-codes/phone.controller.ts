import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { CallOf, EnrolmentHeadersOf, StepUpOf, type Call, type EnrolmentHeaders } from '../../contract/caller.js';
import { PageQuery } from '../../contract/paging.js';
import { RouteContract } from '../../contract/route-contract.js';
import { UserId } from '../../users/user-id.dto.js';
import { EnrolmentService } from './enrolment.service.js';
import {
  ConfirmedPhone,
  ConfirmPhone,
  EnrolPhone,
  PhoneEnrolment,
  PhoneId,
  PhonePage,
  ResentPhone,
} from './phone.dto.js';
import { PhoneListService } from './phone-list.service.js';
import { PhoneService } from './phone.service.js';

@Controller('v1/users/:userId/phones')
export class PhoneController {
  constructor(
    private readonly enrolments: EnrolmentService,
    private readonly phones: PhoneService,
    private readonly lists: PhoneListService,
  ) {}

  @Post()
  @RouteContract({
    summary: 'Enrol a phone',
    description:
      'Sends a code to the number, if the tenant has turned text messages on; the phone counts once the code was confirmed. Always against a ' +
      'fresh proof for `factors.add` by an authenticator, a passkey or a device: a phone is never the first factor and never the last, and ' +
      'its codes authorize no change. A user without any of these, and one who does not exist, get the same 403. Pass the `notice` on. ' +
      'A code that is not sent (a limit, a number at risk) changes nothing here: see the audit events.',
    auth: 'token',
    scope: 'phones:write',
    stepUp: 'factors.add',
    idempotent: true,
    userQuery: 'counted',
    throttle: 'client',
    data: 'identifier',
    audit: ['factor.enrolment_opened', 'step_up.refused'],
    answer: { status: 202, schema: PhoneEnrolment },
    refusals: ['phones_off', 'number_not_allowed'],
    consumes: 'application/json',
  })
  enrol(
    @CallOf() call: Call,
    @Param('userId', { schema: UserId }) userId: string,
    @Body({ schema: EnrolPhone }) body: EnrolPhone,
    @EnrolmentHeadersOf() headers: EnrolmentHeaders,
  ): Promise<PhoneEnrolment> {
    return this.enrolments.enrol(call, userId, { ...body, ...headers });
  }

  @Get()
  @RouteContract({
    summary: "List a user's phones",
    description: 'The last two digits of each, and no more. An unknown user has an empty list.',
    auth: 'token',
    scope: 'phones:write',
    userQuery: 'stoppable',
    throttle: 'client',
    data: 'identifier',
    audit: [],
    answer: { status: 200, schema: PhonePage },
  })
  list(
    @CallOf() call: Call,
    @Param('userId', { schema: UserId }) userId: string,
    @Query({ schema: PageQuery }) query: PageQuery,
  ): Promise<PhonePage> {
    return this.lists.list(call, userId, query);
  }

  @Post(':phoneId/confirm')
  @RouteContract({
    summary: 'Confirm a phone',
    description:
      'The code that was sent. Wrong ones count with the user’s other codes, and the fifth ends the enrolment. Every refusal is the same 422.',
    auth: 'token',
    scope: 'phones:write',
    userQuery: 'logged',
    throttle: 'client',
    data: 'credential',
    audit: ['factor.activated', 'factor.confirmation_refused', 'factor.removed', 'recovery.vetoed'],
    answer: { status: 200, schema: ConfirmedPhone },
    refusals: ['verification_refused'],
    consumes: 'application/json',
  })
  confirm(
    @CallOf() call: Call,
    @Param('userId', { schema: UserId }) userId: string,
    @Param('phoneId', { schema: PhoneId }) phoneId: string,
    @Body({ schema: ConfirmPhone }) { code }: ConfirmPhone,
  ): Promise<ConfirmedPhone> {
    return this.phones.confirm(call, userId, { phoneId, code });
  }

  @Post(':phoneId/resend')
  @RouteContract({
    summary: 'Send the code of an enrolment again',
    description: 'The same code, half a minute after the last one and four times at most. Wrong codes stay counted.',
    auth: 'token',
    scope: 'phones:write',
    userQuery: 'needs_id',
    throttle: 'client',
    data: 'identifier',
    audit: [],
    answer: { status: 202, schema: ResentPhone },
    refusals: ['not_found'],
  })
  resend(
    @CallOf() call: Call,
    @Param('userId', { schema: UserId }) userId: string,
    @Param('phoneId', { schema: PhoneId }) phoneId: string,
  ): Promise<ResentPhone> {
    return this.phones.resend(call, userId, phoneId);
  }

  @Delete(':phoneId')
  @RouteContract({
    summary: 'Remove a phone',
    description:
      'A pending phone, or a confirmed one against a fresh assertion for `factors.remove` in the header `Step-Up`.',
    auth: 'token',
    scope: 'phones:write',
    stepUp: 'factors.remove',
    userQuery: 'needs_id',
    throttle: 'client',
    data: 'identifier',
    audit: ['factor.removed', 'step_up.refused'],
    answer: { status: 204 },
    refusals: ['not_found'],
  })
  remove(
    @CallOf() call: Call,
    @Param('userId', { schema: UserId }) userId: string,
    @Param('phoneId', { schema: PhoneId }) phoneId: string,
    @StepUpOf() assertion: string | undefined,
  ): Promise<void> {
    return this.phones.remove(call, userId, { phoneId, assertion });
  }
}
