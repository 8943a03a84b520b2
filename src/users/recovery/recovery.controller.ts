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
    summary: "Read a user's open recovery",
    description: 'Returns the open recovery, if any. An unknown user has an empty list.',
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
      'Approves a reset, within an hour, by another client than the one that requested it. The delay of the ' +
      'tenant starts now. Check the person’s identity, and tell the user: any proof of theirs cancels the ' +
      'recovery.',
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
    summary: 'Get the ticket of a recovery',
    description:
      'Returns the ticket once, within 24 hours after the delay, to the client that started the recovery. ' +
      'Send it within an hour in the header `Step-Up` of one enrolment, in place of an assertion. Starting ' +
      'that enrolment lifts locks. Confirming it lifts a stop of codes.',
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
    summary: 'Cancel a recovery',
    description:
      'Cancels a recovery at any stage, even if its ticket was used and the new factor is not yet ' +
      'confirmed. Offer it as “it was not me” in your notice to the user.',
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
