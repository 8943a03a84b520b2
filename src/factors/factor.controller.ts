import { Controller, Delete, Get, Param, Query } from '@nestjs/common';
import { CallOf, StepUpOf, type Call } from '../contract/caller.js';
import { PageQuery } from '../contract/paging.js';
import { RouteContract } from '../contract/route-contract.js';
import { UserId } from '../users/user-id.dto.js';
import { FactorId, FactorPage } from './factor.dto.js';
import { FactorService } from './factor.service.js';

@Controller('v1/users/:userId/factors')
export class FactorController {
  constructor(private readonly factors: FactorService) {}

  @Get()
  @RouteContract({
    summary: "List a user's factors",
    description:
      'An unknown user has an empty list. `mfaRequired` tells an application whether to ask for a second factor; it stays ' +
      'true once the user was enrolled, whatever becomes of their factors.',
    auth: 'token',
    scope: 'factors:read',
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
    return this.factors.list(call, userId, query);
  }

  @Delete(':factorId')
  @RouteContract({
    summary: 'Remove a factor',
    description:
      'A pending factor, or an active one against a fresh assertion for `factors.remove` in the header `Step-Up`. ' +
      '`mfaRequired` stays true.',
    auth: 'token',
    scope: 'factors:write',
    stepUp: 'factors.remove',
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
    return this.factors.remove(call, userId, { factor, assertion });
  }
}
