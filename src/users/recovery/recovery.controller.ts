import { Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { CallOf, type Call } from '../../contract/caller.js';
import { RouteContract } from '../../contract/route-contract.js';
import { UserId } from '../user-id.dto.js';
import { RecoveryId, RecoveryList, RecoveryState, RecoveryTicket } from './recovery.dto.js';
import { RecoveryService } from './recovery.service.js';

@Controller('v1/users/:userId/recovery')
export class RecoveryController {
  constructor(private readonly recovery: RecoveryService) {}

  @Get()
  @RouteContract({
    summary: "See a user's open recovery",
    description: 'One at most; an empty list for a user without one, and for an unknown user.',
    auth: 'token',
    scope: 'factors:read',
    userQuery: 'stoppable',
    throttle: 'client',
    data: 'identifier',
    audit: [],
    answer: { status: 200, schema: RecoveryList },
  })
  list(@CallOf() call: Call, @Param('userId', { schema: UserId }) userId: string): Promise<RecoveryList> {
    return this.recovery.list(call, userId);
  }

  @Post(':recoveryId/approve')
  @RouteContract({
    summary: 'Approve a reset',
    description:
      'By another client than the one that asked, within an hour. The delay of the tenant runs from here. Check who asks, and ' +
      'tell the user: any proof of theirs ends the recovery.',
    auth: 'token',
    scope: 'tenant:admin',
    userQuery: 'needs_id',
    throttle: 'client',
    data: 'identifier',
    audit: ['recovery.approved', 'recovery.refused'],
    answer: { status: 200, schema: RecoveryState },
    refusals: ['second_client_required', 'not_found'],
  })
  approve(
    @CallOf() call: Call,
    @Param('userId', { schema: UserId }) userId: string,
    @Param('recoveryId', { schema: RecoveryId }) recoveryId: string,
  ): Promise<RecoveryState> {
    return this.recovery.approve(call, { userId, recoveryId });
  }

  @Post(':recoveryId/ticket')
  @RouteContract({
    summary: 'Fetch the ticket of a recovery',
    description:
      'Once, when the delay is over and for 24 hours from then, by the client that began or asked. The ticket lives an hour and ' +
      'stands in the place of an assertion in the header `Step-Up` of one enrolment. Opening it lifts locks, confirming it ends a stop of codes.',
    auth: 'token',
    scope: 'factors:write',
    orScope: 'tenant:admin',
    userQuery: 'needs_id',
    throttle: 'client',
    data: 'credential',
    audit: ['recovery.ticket_issued', 'recovery.refused'],
    answer: { status: 201, schema: RecoveryTicket },
    refusals: ['not_found', 'recovery_not_open', 'recovery_ticket_issued'],
  })
  ticket(
    @CallOf() call: Call,
    @Param('userId', { schema: UserId }) userId: string,
    @Param('recoveryId', { schema: RecoveryId }) recoveryId: string,
  ): Promise<RecoveryTicket> {
    return this.recovery.issueTicket(call, { userId, recoveryId });
  }

  @Delete(':recoveryId')
  @RouteContract({
    summary: 'Call a recovery off',
    description:
      'At whatever stage, also when its ticket was used and the new factor is not yet confirmed: what “it was not me” in your ' +
      'notice to the user should do.',
    auth: 'token',
    scope: 'factors:write',
    orScope: 'tenant:admin',
    userQuery: 'needs_id',
    throttle: 'client',
    data: 'identifier',
    audit: ['recovery.cancelled'],
    answer: { status: 204 },
    refusals: ['not_found'],
  })
  cancel(
    @CallOf() call: Call,
    @Param('userId', { schema: UserId }) userId: string,
    @Param('recoveryId', { schema: RecoveryId }) recoveryId: string,
  ): Promise<void> {
    return this.recovery.cancel(call, { userId, recoveryId });
  }
}
