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
      'Sends a code to the number, if the tenant has turned on text messages. The phone is active once the ' +
      'code is confirmed. Needs a fresh proof for `factors.add` by an authenticator, a passkey or a device. ' +
      'A phone is never the first factor and never the last, and its codes authorize no factor change. A ' +
      'user without such a factor, and an unknown user, get the same 403. Show the `notice` to your user. ' +
      'If the code is withheld (a limit, a number at risk), the response is the same: see the audit events.',
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
    description: 'Returns the last two digits of each phone, and no more. An unknown user has an empty list.',
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
      'Confirms a phone by the code that was sent. Wrong codes count with the user’s other codes, and the ' +
      'fifth ends the enrolment. Every refusal is the same 422.',
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
    summary: 'Resend the code of an enrolment',
    description:
      'Sends the same code again: at the earliest 30 seconds after the last one, at most four times. Wrong ' +
      'codes stay counted.',
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
      'Removes a pending phone. A confirmed one needs a fresh assertion for `factors.remove` in the header ' +
      '`Step-Up`.',
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
