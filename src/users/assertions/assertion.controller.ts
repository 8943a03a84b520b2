import { Body, Controller, Post } from '@nestjs/common';
import { CallOf, type Call } from '../../contract/caller.js';
import { RouteContract } from '../../contract/route-contract.js';
import { SpendBody, SpentAssertion } from './assertion.dto.js';
import { AssertionService } from './assertion.service.js';

@Controller('v1/assertions')
export class AssertionController {
  constructor(private readonly assertions: AssertionService) {}

  @Post('spend')
  @RouteContract({
    summary: 'Spend an assertion',
    description:
      'Spends an assertion that was made for the calling client, once. Compare the response with the user, ' +
      'action and nonce of your own session. To check assertions offline through the JWKS, compare `aud` ' +
      'and use a fresh `nonce` each time. Otherwise an assertion can be replayed until `exp`.',
    auth: 'token',
    scope: 'verify',
    throttle: 'client',
    data: 'credential',
    audit: ['assertion.spent', 'assertion.refused'],
    answer: { status: 200, schema: SpentAssertion },
    refusals: ['verification_refused'],
    consumes: 'application/json',
  })
  spend(@CallOf() call: Call, @Body({ schema: SpendBody }) { assertion }: SpendBody): Promise<SpentAssertion> {
    return this.assertions.spend(call, assertion);
  }
}
