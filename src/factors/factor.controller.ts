import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { CallOf, StepUpOf, type Call } from '../contract/caller.js';
import { PageQuery } from '../contract/paging.js';
import { RouteContract } from '../contract/route-contract.js';
import { fromTypeId } from '../platform/crypto/type-id.js';
import { UserId } from '../users/user-id.dto.js';
import { ConfirmBody } from './confirmation.dto.js';
import { Confirmations } from './confirmations.js';
import { ConfirmedFactor, FactorId, FactorPage } from './factor.dto.js';
import { FactorListService } from './factor-list.service.js';
import { FactorService } from './factor.service.js';

@Controller('v1/users/:userId/factors')
export class FactorController {
  constructor(
    private readonly factors: FactorService,
    private readonly lists: FactorListService,
    private readonly confirmations: Confirmations,
  ) {}

  @Get()
  @RouteContract({
    summary: "List a user's factors",
    description:
      'Returns the factors of a user. An unknown user has an empty list. `mfaRequired` says whether to ask ' +
      'for a second factor. Once the user was enrolled it stays true, even after all factors were removed.',
    auth: 'token',
    scope: 'factors:read',
    userQuery: 'counted',
    throttle: 'client',
    data: 'identifier',
    audit: [],
    answer: { status: 200, schema: FactorPage },
  })
  list(
    @CallOf() call: Call,
    @Param('userId', { schema: UserId }) userId: string,
    @Query({ schema: PageQuery }) query: PageQuery,
  ): Promise<FactorPage> {
    return this.lists.list(call, userId, query);
  }

  @Delete(':factorId')
  @RouteContract({
    summary: 'Remove a factor',
    description:
      'Removes a pending factor. An active one needs a fresh assertion for `factors.remove` in the header ' +
      '`Step-Up`. `mfaRequired` stays true.',
    auth: 'token',
    scope: 'factors:write',
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
    @Param('factorId', { schema: FactorId }) factor: string,
    @StepUpOf() assertion: string | undefined,
  ): Promise<void> {
    return this.factors.remove(call, userId, { id: fromTypeId('fac', factor), assertion });
  }

  @Post(':factorId/confirm')
  @RouteContract({
    summary: 'Confirm a pending factor',
    description:
      "Confirms a pending factor by a first code, or by the browser's registration. The factor becomes " +
      'active, the code is used up, and other pending factors of the user are void. Every refusal is the ' +
      'same 422.',
    auth: 'token',
    scope: 'factors:write',
    userQuery: 'logged',
    throttle: 'client',
    data: 'credential',
    audit: [
      'factor.activated',
      'factor.confirmation_refused',
      'factor.removed',
      'recovery.completed',
      'recovery.vetoed',
    ],
    answer: { status: 200, schema: ConfirmedFactor },
    refusals: ['verification_refused'],
    consumes: 'application/json',
  })
  confirm(
    @CallOf() call: Call,
    @Param('userId', { schema: UserId }) userId: string,
    @Param('factorId', { schema: FactorId }) factorId: string,
    @Body({ schema: ConfirmBody }) { proof }: ConfirmBody,
  ): Promise<ConfirmedFactor> {
    return this.confirmations.confirm(call, userId, { id: fromTypeId('fac', factorId), proof });
  }
}
